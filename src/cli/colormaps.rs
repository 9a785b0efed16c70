//! `heatbin colormaps`.

use super::args::ColormapsArgs;
use super::print;
use crate::data::Colormap;
use crate::error::Result;
use crate::figure::Sheet;
use crate::output;

/// Lists the colormaps, or draws them on a sheet.
pub fn run(args: &ColormapsArgs) -> Result<()> {
    if args.output.is_empty() {
        let names = Colormap::names().into_iter().map(|name| name + "\n");
        return print(&names.collect::<String>());
    }
    for path in &args.output {
        output::check_folder(path)?;
    }
    let maps: Vec<Colormap> = Colormap::names()
        .iter()
        .filter(|name| !name.ends_with("_r"))
        .map(|name| Colormap::named(name))
        .collect::<Result<_>>()?;
    let sheet = Sheet::new(&maps);
    for path in &args.output {
        output::save_sheet(path, &sheet)?;
    }
    Ok(())
}
