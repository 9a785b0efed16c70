//! Shading on the GPU: the same integers as on the CPU, so the same bytes.

use bytemuck::{bytes_of, cast_slice};

use super::Sampling;
use crate::data::{Aggregate, ColorScale, Grid, Raster, Thresholds};
use crate::error::{Error, Result};
use crate::gpu::{ColorParams, Device, DeviceCounts, Kernel, ShadeParams, TILE, WORKGROUP};

/// Cells that each invocation of colors.wgsl colours at least, so that fetching the steps is a small part of it; and workgroups that
/// share them at most.
const CELLS_EACH: u32 = 4;
const MOST_GROUPS: u32 = 2048;

/// The picture of an aggregate, as [`shade`](super::shade) makes it, by a device; `None` if the grid does not fit a binding.
///
/// # Errors
/// If the device fails.
pub fn shade_on(
    device: &Device,
    aggregate: &Aggregate,
    scale: &ColorScale,
    (width, height): (u32, u32),
) -> Result<Option<Raster>> {
    Raster::check_size(width, height)?;
    let cells = aggregate.values.len();
    if cells > DeviceCounts::MOST_CELLS {
        return Ok(None);
    }
    let keys: Vec<[u32; 2]> =
        (0..cells).map(|cell| words(aggregate.values.key(cell, scale.mincnt).0)).collect();
    let keys = device.filled("keys", cast_slice(&keys));
    let cells = Cells::Keys(&keys, scale.thresholds_of(&aggregate.values));
    let shading = Shading::new(device, &aggregate.grid, cells, scale, (width, height));
    let most_rows = (DevicePicture::MOST_PIXELS as u32 / width.max(1)).min(height);
    let output = device.storage("pixels", 4 * u64::from(width) * u64::from(most_rows));
    let mut pixels = Vec::with_capacity(4 * width as usize * height as usize);
    let mut first_row = 0;
    while first_row < height && width > 0 {
        let rows = (height - first_row).min(most_rows);
        shading.run((first_row, rows), &output);
        device.read_back(&output, 4 * u64::from(width) * u64::from(rows), |_, bytes| {
            pixels.extend_from_slice(bytes);
        })?;
        first_row += rows;
    }
    device.check()?;
    Ok(Some(Raster::new(width, height, pixels)))
}

/// A picture that stays on the device.
#[derive(Debug)]
pub struct DevicePicture {
    device: Device,
    pixels: wgpu::Buffer,
    width: u32,
    height: u32,
}

/// The picture of counts that are on a device, which stays there too. It is made after what was asked of the device before, and
/// there for all that is asked later: nothing is waited for.
///
/// # Errors
/// If it has more than 2^25 pixels, or the device fails.
pub fn shade_counts(
    device: &Device,
    counts: &DeviceCounts,
    scale: &ColorScale,
    (width, height): (u32, u32),
) -> Result<DevicePicture> {
    if width as usize * height as usize > DevicePicture::MOST_PIXELS {
        return Err(Error::usage(format!(
            "a picture of {width} × {height} pixels does not fit a binding: ask for {} or fewer",
            DevicePicture::MOST_PIXELS
        )));
    }
    let pixels = device.storage("pixels", 4 * u64::from(width) * u64::from(height));
    let cells = Cells::Counts(counts);
    Shading::new(device, counts.grid(), cells, scale, (width, height)).run((0, height), &pixels);
    device.check()?;
    Ok(DevicePicture { device: device.clone(), pixels, width, height })
}

impl DevicePicture {
    /// The most pixels one can have: they fit a binding of 128 MiB.
    pub const MOST_PIXELS: usize = 1 << 25;

    /// The device it is on.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Width and height.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// The pixels, line by line from the top, red in the lowest byte.
    #[cfg(feature = "window")]
    pub(crate) fn pixels(&self) -> &wgpu::Buffer {
        &self.pixels
    }

    /// The pixels, brought back.
    ///
    /// # Errors
    /// If the device fails.
    pub fn read(&self) -> Result<Raster> {
        let bytes = 4 * u64::from(self.width) * u64::from(self.height);
        let mut pixels = Vec::with_capacity(bytes as usize);
        self.device.read_back(&self.pixels, bytes, |_, bytes| pixels.extend_from_slice(bytes))?;
        Ok(Raster::new(self.width, self.height, pixels))
    }
}

/// What is drawn, on the device.
enum Cells<'a> {
    /// The key of each cell's value, and those at which the colour steps.
    Keys(&'a wgpu::Buffer, Thresholds),
    Counts(&'a DeviceCounts),
}

/// What the kernels need for a picture, on the device.
struct Shading<'a> {
    device: &'a Device,
    kernel: Kernel,
    params: ShadeParams,
    coloring: Coloring,
    places: wgpu::Buffer,
}

/// The colours of the cells, and how they are made.
struct Coloring {
    kernel: Kernel,
    bindings: wgpu::BindGroup,
    groups: u32,
    colors: wgpu::Buffer,
}

impl<'a> Shading<'a> {
    fn new(
        device: &'a Device,
        grid: &Grid,
        cells: Cells<'_>,
        scale: &ColorScale,
        (width, height): (u32, u32),
    ) -> Self {
        let sampling = Sampling::new(grid, width, height);
        let places = [&*sampling.columns, &*sampling.lines].concat();
        let params = ShadeParams {
            width,
            samples: sampling.samples,
            hexagons: sampling.cells.hexagons.into(),
            nx: sampling.cells.nx,
            ny: sampling.cells.ny,
            ..Default::default()
        };
        Self {
            device,
            kernel: device.kernel("shade", include_str!("../../shaders/shade.wgsl")),
            params,
            coloring: Coloring::new(device, grid.cells(), cells, scale),
            places: device.filled("places", cast_slice(&places)),
        }
    }

    /// Shades some rows of the picture into the beginning of `output`; the first of them come first, and colour the cells.
    fn run(&self, (first_row, rows): (u32, u32), output: &wgpu::Buffer) {
        let params = ShadeParams { first_row, height: rows, ..self.params };
        let uniform = self.device.uniform("params", size_of::<ShadeParams>() as u64);
        self.device.queue.write_buffer(&uniform, 0, bytes_of(&params));
        let buffers = [&uniform, &self.places, &self.coloring.colors, output];
        let bindings = self.kernel.bind(self.device, &buffers);
        let mut encoder = self.device.device.create_command_encoder(&Default::default());
        if first_row == 0 {
            let Coloring { kernel, bindings, groups, .. } = &self.coloring;
            kernel.dispatch(self.device, &mut encoder, bindings, (*groups, 1));
        }
        let groups = (params.width.div_ceil(TILE), rows.div_ceil(TILE));
        self.kernel.dispatch(self.device, &mut encoder, &bindings, groups);
        self.device.queue.submit([encoder.finish()]);
    }
}

impl Coloring {
    fn new(device: &Device, count: usize, cells: Cells<'_>, scale: &ColorScale) -> Self {
        let (name, part, cells, thresholds) = match cells {
            Cells::Keys(keys, thresholds) => {
                let part = include_str!("../../shaders/parts/key_given.wgsl");
                ("given", part, keys.as_entire_binding(), thresholds)
            }
            Cells::Counts(counts) => {
                let part = include_str!("../../shaders/parts/key_count.wgsl");
                ("count", part, counts.cells(), scale.thresholds())
            }
        };
        let kernel = device.composed("colors", &[name], &[include_str!("../../shaders/colors.wgsl"), part]);
        let steps: Vec<[u32; 2]> = thresholds.keys().iter().map(|&key| words(key)).collect();
        let uniform = device.uniform("params", size_of::<ColorParams>() as u64);
        let params = ColorParams { cells: count as u32, steps: steps.len() as u32 };
        device.queue.write_buffer(&uniform, 0, bytes_of(&params));
        let steps = device.filled("steps", cast_slice(&steps));
        let palette = device.filled("palette", cast_slice(&scale.palette()));
        let colors = device.storage("colors", 4 * count as u64);
        let rest = [&steps, &palette, &colors].map(wgpu::Buffer::as_entire_binding);
        let parts = [&[uniform.as_entire_binding(), cells], &rest[..]].concat();
        let groups = params.cells.div_ceil(WORKGROUP * CELLS_EACH).clamp(1, MOST_GROUPS);
        Self { bindings: kernel.bind_parts(device, &parts), kernel, groups, colors }
    }
}

/// A key as the shader holds it.
fn words(key: u64) -> [u32; 2] {
    [(key >> 32) as u32, key as u32]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Colormap, Limits, Norm, Reduced, Reduction, Values};
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
    fn few_rows_are_hidden_by_their_number_not_by_their_value() {
        let device = Device::open(None).unwrap();
        let mut aggregate = fixtures::ramp(fixtures::grids().swap_remove(0));
        let (values, rows) = (vec![0.5, f64::NAN, -3.0, 0.25, 4.0, 700.0], vec![9, 0, 8, 2, 7, 6]);
        let reduction = Reduction::Mean;
        aggregate.values = Values::Reduced(Reduced { reduction, values, rows, smoothed: false });
        let scale = fixtures::scale(Norm::Linear);
        assert_eq!(scale.mincnt, Some(5));
        let raster = shade_on(&device, &aggregate, &scale, (3, 2)).unwrap().unwrap();
        assert!(raster == shade(&aggregate, &scale, 3, 2));
        let drawn = raster.pixels().chunks_exact(4).filter(|pixel| pixel[3] > 0).count();
        assert_eq!(drawn, 4, "all but the cell without rows and that of two");
    }

    #[test]
    fn counts_on_the_device_are_shaded_as_those_of_the_host() {
        let device = Device::open(None).unwrap();
        for grid in fixtures::grids() {
            let mut aggregate = fixtures::ramp(grid);
            let Values::Counts(counts) = &mut aggregate.values else { panic!("a binning counts") };
            counts[1] = u64::from(u32::MAX);
            aggregate.tally.rows = counts.iter().sum();
            let narrow: Vec<u32> = counts.iter().map(|&count| count as u32).collect();
            let buffer = device.filled("counts", cast_slice(&narrow));
            // As if the host had decided the points of the last cell.
            let last = narrow.len() - 1;
            device.queue.write_buffer(&buffer, 4 * last as u64, &[0; 4]);
            let extra = [(last as u32, narrow[last])];
            let rows = (aggregate.tally.rows, 0);
            let counts = DeviceCounts::new(&device, aggregate.grid.clone(), buffer, &extra, rows);
            let scale = fixtures::scale(Norm::Log);
            let picture = shade_counts(&device, &counts, &scale, (57, 41)).unwrap();
            assert!(picture.read().unwrap() == shade(&aggregate, &scale, 57, 41), "{:?}", aggregate.grid);
        }
    }

    #[test]
    fn more_colors_than_fit_a_workgroup() {
        let device = Device::open(None).unwrap();
        for colors in [1020, 1021, 1022, 3000] {
            let shades = (0..colors).map(|nth: u32| [(nth >> 8) as u8, nth as u8, 9, 255]).collect();
            let colormap = Colormap::from_colors("long", shades).unwrap();
            let limits = Limits { vmin: 3.0, vmax: 900.0 };
            let scale = ColorScale::new(Norm::Linear, limits, colormap);
            let aggregate = fixtures::ramp(fixtures::grids().swap_remove(2));
            let raster = shade_on(&device, &aggregate, &scale, (60, 50)).unwrap();
            assert!(raster == Some(shade(&aggregate, &scale, 60, 50)), "{colors} colours");
        }
    }

    #[test]
    fn other_counts_are_other_pixels() {
        let device = Device::open(None).unwrap();
        let (one, scale) = (fixtures::ramp(fixtures::grids().swap_remove(0)), fixtures::scale(Norm::Linear));
        let mut other = one.clone();
        let Values::Counts(counts) = &mut other.values else { panic!("a binning counts") };
        counts[4] += 40;
        let raster = shade_on(&device, &other, &scale, (12, 12)).unwrap().unwrap();
        assert!(raster != shade(&one, &scale, 12, 12));
    }
}
