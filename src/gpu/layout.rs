//! The structs that cross to the shaders, and the sizes that both sides assume.
//!
//! The tests below read the shaders through naga and compare every offset, so that neither side can drift.

use bytemuck::{Pod, Zeroable};

/// Threads in a workgroup of the binning kernels.
pub const WORKGROUP: u32 = 256;

/// Width and height of a workgroup of the shading kernel.
pub const TILE: u32 = 16;

/// Rows that such a workgroup takes at a time: `STEP` of parts/rows.wgsl.
pub const STEP: u32 = 4 * WORKGROUP;

/// `Along` of parts/rows.wgsl: an axis in quanta.
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct Along {
    pub bins: u32,
    pub first_edge: u32,
    pub start: u32,
    pub touched: u32,
    pub end: u32,
    pub per_quantum: f32,
    pub before: f32,
    pub margin: f32,
}

/// `Params` of parts/rows.wgsl, which hist2d.wgsl and hexbin.wgsl share.
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct CountParams {
    pub first_row: u32,
    pub rows: u32,
    pub first_cell: u32,
    pub cells: u32,
    pub list: u32,
    pub margin: f32,
    pub guess_margin: f32,
    pub unused: u32,
    pub x: Along,
    pub y: Along,
}

/// `Params` of shade.wgsl.
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct ShadeParams {
    pub width: u32,
    pub height: u32,
    pub samples: u32,
    pub hexagons: u32,
    pub nx: u32,
    pub ny: u32,
    pub first_row: u32,
}

/// `Params` of colors.wgsl.
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct ColorParams {
    pub cells: u32,
    pub steps: u32,
}

/// `Params` of picture.wgsl.
#[cfg(feature = "window")]
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct PictureParams {
    pub corner: [f32; 2],
    pub scale: [f32; 2],
    pub empty: [f32; 4],
    pub size: [u32; 2],
    pub unused: [u32; 2],
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::offset_of;

    /// Name, offset and size of a struct's fields, and its whole size.
    type Layout = (Vec<(String, usize)>, usize);

    fn shader_layout(source: &str, name: &str) -> Layout {
        let module = naga::front::wgsl::parse_str(source).expect("the shader parses");
        let found = module.types.iter().find(|(_, ty)| ty.name.as_deref() == Some(name));
        let naga::TypeInner::Struct { members, span } = &found.expect("such a struct").1.inner else {
            panic!("{name} is a struct");
        };
        let fields = members.iter().map(|m| (m.name.clone().unwrap_or_default(), m.offset as usize));
        (fields.collect(), *span as usize)
    }

    fn workgroup(source: &str) -> [u32; 3] {
        let module = naga::front::wgsl::parse_str(source).expect("the shader parses");
        assert_eq!(module.entry_points.len(), 1, "one kernel a file");
        module.entry_points[0].workgroup_size
    }

    /// The kernels that count, whole.
    fn counting() -> [String; 2] {
        [include_str!("../../shaders/hist2d.wgsl"), include_str!("../../shaders/hexbin.wgsl")].map(|kernel| {
            let parts = [
                kernel,
                include_str!("../../shaders/parts/rows.wgsl"),
                include_str!("../../shaders/parts/merge_each.wgsl"),
                include_str!("../../shaders/parts/store_global.wgsl"),
            ];
            parts.concat()
        })
    }

    macro_rules! host_layout {
        ($struct:ident { $($field:ident),* $(,)? }) => {
            (vec![$((stringify!($field).to_owned(), offset_of!($struct, $field))),*], size_of::<$struct>())
        };
    }

    /// The kernel that colours counts, whole.
    fn colors() -> String {
        [include_str!("../../shaders/colors.wgsl"), include_str!("../../shaders/parts/key_count.wgsl")]
            .concat()
    }

    fn pairs() -> Vec<(String, &'static str, Layout)> {
        let along =
            || host_layout!(Along { bins, first_edge, start, touched, end, per_quantum, before, margin });
        let params = || {
            host_layout!(CountParams {
                first_row,
                rows,
                first_cell,
                cells,
                list,
                margin,
                guess_margin,
                unused,
                x,
                y
            })
        };
        let [hist2d, hexbin] = counting();
        vec![
            (hist2d.clone(), "Along", along()),
            (hist2d, "Params", params()),
            (hexbin.clone(), "Along", along()),
            (hexbin, "Params", params()),
            (
                include_str!("../../shaders/shade.wgsl").to_owned(),
                "Params",
                host_layout!(ShadeParams { width, height, samples, hexagons, nx, ny, first_row }),
            ),
            (colors(), "Params", host_layout!(ColorParams { cells, steps })),
            #[cfg(feature = "window")]
            (
                include_str!("../../shaders/picture.wgsl").to_owned(),
                "Params",
                host_layout!(PictureParams { corner, scale, empty, size, unused }),
            ),
        ]
    }

    #[test]
    fn both_sides_lay_out_the_same_structs() {
        for (source, name, host) in pairs() {
            assert_eq!(shader_layout(&source, name), host);
        }
    }

    #[test]
    fn a_field_that_moved_is_noticed() {
        for (source, name, host) in pairs() {
            let ((first, second), kind) = match name {
                "Along" => (("bins", "first_edge"), "u32"),
                _ if source.contains("first_cell") => (("first_cell", "rows"), "u32"),
                _ if source.contains("fn picture") => (("corner", "scale"), "vec2<f32>"),
                _ if source.contains("near_steps") => (("cells", "steps"), "u32"),
                _ => (("nx", "ny"), "u32"),
            };
            let field = |name: &str| format!("    {name}: {kind},\n");
            let swapped = source
                .replacen(&field(first), "    swapped: u32,\n", 1)
                .replacen(&field(second), &field(first), 1)
                .replacen("    swapped: u32,\n", &field(second), 1);
            assert_ne!(shader_layout(&swapped, name), host);
        }
    }

    #[test]
    fn workgroups_are_as_large_as_the_host_assumes() {
        for source in counting() {
            assert_eq!(workgroup(&source), [WORKGROUP, 1, 1]);
            assert!(source.contains(&format!("const THREADS: u32 = {WORKGROUP}u;")));
            assert!(source.contains(&format!("const STEP: u32 = {}u * THREADS;", STEP / WORKGROUP)));
        }
        assert_eq!(workgroup(include_str!("../../shaders/shade.wgsl")), [TILE, TILE, 1]);
        for source in [
            include_str!("../../shaders/add.wgsl"),
            include_str!("../../shaders/survey.wgsl"),
            &colors(),
            include_str!("../../shaders/bandwidth.wgsl"),
        ] {
            assert_eq!(workgroup(source), [WORKGROUP, 1, 1]);
            // What such a kernel steps by.
            assert!(source.contains(&format!("groups.x * {WORKGROUP}u")));
        }
    }
}
