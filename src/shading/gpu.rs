//! Shading on the GPU: the same integers as on the CPU, so the same bytes.

use bytemuck::{bytes_of, cast_slice};

use super::Sampling;
use crate::data::{Aggregate, ColorScale, Raster};
use crate::error::Result;
use crate::gpu::{Device, Kernel, ShadeParams, TILE};

/// Cells whose keys fit a binding of 128 MiB.
const MOST_CELLS: usize = 1 << 24;

/// Pixels that fit a binding of 128 MiB.
const MOST_PIXELS: usize = 1 << 25;

/// The picture of an aggregate, as [`shade`](super::shade) makes it, by a device; `None` if the grid does not fit a binding.
///
/// # Errors
/// If the image is too large, or the device fails.
pub fn shade_on(
    device: &Device,
    aggregate: &Aggregate,
    scale: &ColorScale,
    (width, height): (u32, u32),
) -> Result<Option<Raster>> {
    Raster::check_size(width, height)?;
    let cells = aggregate.values.len();
    if cells > MOST_CELLS {
        return Ok(None);
    }
    let sampling = Sampling::new(&aggregate.grid, width, height);
    let kernel = Kernel::new(device, "shade", include_str!("../../shaders/shade.wgsl"));
    let words = |key: u64| [(key >> 32) as u32, key as u32];
    let keys: Vec<[u32; 2]> = (0..cells).map(|cell| words(aggregate.values.key(cell).0)).collect();
    let steps: Vec<[u32; 2]> = scale.thresholds().keys().iter().map(|&key| words(key)).collect();
    let places = [&*sampling.columns, &*sampling.lines].concat();
    let inputs = [
        filled(device, "places", cast_slice(&places)),
        filled(device, "keys", cast_slice(&keys)),
        filled(device, "steps", cast_slice(&steps)),
        filled(device, "palette", cast_slice(&scale.palette())),
    ];
    let params = device.uniform("params", size_of::<ShadeParams>() as u64);
    let most_rows = (MOST_PIXELS as u32 / width.max(1)).min(height);
    let output = device.storage("pixels", 4 * u64::from(width) * u64::from(most_rows));
    let [places, keys, thresholds, palette] = &inputs;
    let bindings = kernel.bind(device, &[&params, places, keys, thresholds, palette, &output]);
    let mut pixels = Vec::with_capacity(4 * width as usize * height as usize);
    let mut first_row = 0;
    while first_row < height && width > 0 {
        let rows = (height - first_row).min(most_rows);
        let values = ShadeParams {
            width,
            height: rows,
            samples: sampling.samples,
            hexagons: sampling.cells.hexagons.into(),
            nx: sampling.cells.nx,
            ny: sampling.cells.ny,
            steps: steps.len() as u32,
            first_row,
        };
        device.queue.write_buffer(&params, 0, bytes_of(&values));
        let mut encoder = device.device.create_command_encoder(&Default::default());
        kernel.dispatch(&mut encoder, &bindings, (width.div_ceil(TILE), rows.div_ceil(TILE)));
        device.queue.submit([encoder.finish()]);
        device.read_back(&output, 4 * u64::from(width) * u64::from(rows), |_, bytes| {
            pixels.extend_from_slice(bytes);
        })?;
        first_row += rows;
    }
    device.check()?;
    Ok(Some(Raster::new(width, height, pixels)))
}

fn filled(device: &Device, label: &str, bytes: &[u8]) -> wgpu::Buffer {
    let buffer = device.storage(label, bytes.len() as u64);
    device.queue.write_buffer(&buffer, 0, bytes);
    buffer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Norm;
    use crate::shading::{fixtures, shade};

    #[test]
    fn the_pixels_are_those_of_the_cpu() {
        let device =
            Device::open(None).expect("the tests need an adapter; Debian's mesa-vulkan-drivers has one");
        for grid in fixtures::grids() {
            let aggregate = fixtures::ramp(grid);
            for norm in [Norm::Linear, Norm::Log] {
                let scale = fixtures::scale(norm);
                for (width, height) in [(1, 1), (37, 41), (200, 3), (0, 5)] {
                    let raster = shade_on(&device, &aggregate, &scale, (width, height)).unwrap();
                    assert!(raster == Some(shade(&aggregate, &scale, width, height)), "{:?}", aggregate.grid);
                }
            }
        }
    }

    #[test]
    fn other_counts_are_other_pixels() {
        let device = Device::open(None).unwrap();
        let (one, scale) = (fixtures::ramp(fixtures::grids().swap_remove(0)), fixtures::scale(Norm::Linear));
        let mut other = one.clone();
        let crate::data::Values::Counts(counts) = &mut other.values;
        counts[4] += 40;
        let raster = shade_on(&device, &other, &scale, (12, 12)).unwrap().unwrap();
        assert!(raster != shade(&one, &scale, 12, 12));
    }
}
