//! `heatbin adapters`.

use super::print;
use crate::error::Result;

/// Prints one line an adapter, the one that would be taken first.
#[cfg(feature = "gpu")]
pub fn run() -> Result<()> {
    let adapters = crate::gpu::adapters();
    if adapters.is_empty() {
        return Err(crate::error::Error::device(
            "no adapter: no Vulkan, Metal or DirectX 12 driver answers. On Debian, the package mesa-vulkan-drivers has a \
             software one; without any, everything works on the CPU",
        ));
    }
    let lines = adapters.iter().map(|adapter| {
        let mebibytes = adapter.binding_bytes >> 20;
        format!(
            "{}\n  {} through {}, {}, bindings up to {mebibytes} MiB\n",
            adapter.name, adapter.kind, adapter.api, adapter.driver
        )
    });
    print(&lines.collect::<String>())
}

#[cfg(not(feature = "gpu"))]
pub fn run() -> Result<()> {
    print("this build has no GPU backend: build heatbin with the feature 'gpu'\n")
}
