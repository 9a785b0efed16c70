//! The structs that cross to the shaders, and the sizes that both sides assume.
//!
//! The tests below read the shaders through naga and compare every offset, so that neither side can drift.

use bytemuck::{Pod, Zeroable};

/// Threads in a workgroup of the binning kernels.
pub const WORKGROUP: u32 = 256;

/// Width and height of a workgroup of the shading kernel.
pub const TILE: u32 = 16;

/// `Params` of hist2d.wgsl.
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct Hist2dParams {
    pub rows: u32,
    pub nx: u32,
    pub ny: u32,
    pub first_cell: u32,
    pub cells: u32,
    pub list: u32,
    pub x_per_quantum: f32,
    pub y_per_quantum: f32,
    pub x_before: f32,
    pub y_before: f32,
}

/// `Params` of hexbin.wgsl.
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct HexbinParams {
    pub rows: u32,
    pub nx: u32,
    pub ny: u32,
    pub first_cell: u32,
    pub cells: u32,
    pub list: u32,
    pub x_per_quantum: f32,
    pub y_per_quantum: f32,
    pub margin: f32,
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
    pub steps: u32,
    pub first_row: u32,
}

/// `Params` of picture.wgsl.
#[cfg(feature = "window")]
#[derive(Clone, Copy, Debug, Default, Pod, Zeroable)]
#[repr(C)]
pub struct PictureParams {
    pub corner: [f32; 2],
    pub scale: [f32; 2],
    pub empty: [f32; 4],
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem::offset_of;

    /// Name, offset and size of a struct's fields, and its whole size.
    type Layout = (Vec<(String, usize)>, usize);

    fn shader_layout(source: &str) -> Layout {
        let module = naga::front::wgsl::parse_str(source).expect("the shader parses");
        let params = module.types.iter().find(|(_, ty)| ty.name.as_deref() == Some("Params"));
        let naga::TypeInner::Struct { members, span } = &params.expect("a struct Params").1.inner else {
            panic!("Params is a struct");
        };
        let fields = members.iter().map(|m| (m.name.clone().unwrap_or_default(), m.offset as usize));
        (fields.collect(), *span as usize)
    }

    fn workgroup(source: &str) -> [u32; 3] {
        let module = naga::front::wgsl::parse_str(source).expect("the shader parses");
        assert_eq!(module.entry_points.len(), 1, "one kernel a file");
        module.entry_points[0].workgroup_size
    }

    macro_rules! host_layout {
        ($struct:ident { $($field:ident),* $(,)? }) => {
            (vec![$((stringify!($field).to_owned(), offset_of!($struct, $field))),*], size_of::<$struct>())
        };
    }

    fn pairs() -> Vec<(&'static str, Layout)> {
        vec![
            (
                include_str!("../../shaders/hist2d.wgsl"),
                host_layout!(Hist2dParams {
                    rows,
                    nx,
                    ny,
                    first_cell,
                    cells,
                    list,
                    x_per_quantum,
                    y_per_quantum,
                    x_before,
                    y_before
                }),
            ),
            (
                include_str!("../../shaders/hexbin.wgsl"),
                host_layout!(HexbinParams {
                    rows,
                    nx,
                    ny,
                    first_cell,
                    cells,
                    list,
                    x_per_quantum,
                    y_per_quantum,
                    margin
                }),
            ),
            (
                include_str!("../../shaders/shade.wgsl"),
                host_layout!(ShadeParams { width, height, samples, hexagons, nx, ny, steps, first_row }),
            ),
            #[cfg(feature = "window")]
            (
                include_str!("../../shaders/picture.wgsl"),
                host_layout!(PictureParams { corner, scale, empty }),
            ),
        ]
    }

    #[test]
    fn both_sides_lay_out_the_same_structs() {
        for (source, host) in pairs() {
            assert_eq!(shader_layout(source), host);
        }
    }

    #[test]
    fn a_field_that_moved_is_noticed() {
        let moved = include_str!("../../shaders/shade.wgsl").replacen(
            "    nx: u32,\n    ny: u32,",
            "    ny: u32,\n    nx: u32,",
            1,
        );
        assert_ne!(shader_layout(&moved), pairs()[2].1);
    }

    #[test]
    fn workgroups_are_as_large_as_the_host_assumes() {
        assert_eq!(workgroup(pairs()[0].0), [WORKGROUP, 1, 1]);
        assert_eq!(workgroup(pairs()[1].0), [WORKGROUP, 1, 1]);
        assert_eq!(workgroup(pairs()[2].0), [TILE, TILE, 1]);
        for source in [
            include_str!("../../shaders/add.wgsl"),
            include_str!("../../shaders/survey.wgsl"),
            include_str!("../../shaders/keys.wgsl"),
            include_str!("../../shaders/bandwidth.wgsl"),
        ] {
            assert_eq!(workgroup(source), [WORKGROUP, 1, 1]);
            // What such a kernel steps by.
            assert!(source.contains(&format!("groups.x * {WORKGROUP}u")));
        }
    }
}
