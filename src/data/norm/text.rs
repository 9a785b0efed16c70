//! Norms as text: a name and, after a colon, numbers.

use std::fmt::{self, Display};
use std::str::FromStr;

use super::{Equalized, Norm};
use crate::error::{Error, Result, nearest};

impl Norm {
    /// How each norm is written, with what may stand in brackets.
    pub const FORMS: [&'static str; 11] = [
        "linear",
        "log",
        "log1p",
        "symlog:LINTHRESH[,LINSCALE[,BASE]]",
        "asinh:WIDTH",
        "power:GAMMA",
        "cbrt",
        "twoslope:CENTER",
        "centered:CENTER[,HALFRANGE]",
        "boundaries:V0,V1,...",
        "eq_hist",
    ];

    /// Its name, without numbers.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Log => "log",
            Self::Log1p => "log1p",
            Self::Symlog { .. } => "symlog",
            Self::Asinh { .. } => "asinh",
            Self::Power { .. } => "power",
            Self::TwoSlope { .. } => "twoslope",
            Self::Centered { .. } => "centered",
            Self::Boundaries(_) => "boundaries",
            Self::Equalized(_) => "eq_hist",
        }
    }
}

impl FromStr for Norm {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (name, numbers) = text.split_once(':').unwrap_or((text, ""));
        let numbers: Vec<f64> = match numbers {
            "" => Vec::new(),
            _ => numbers
                .split(',')
                .map(|number| number.trim().parse().ok().filter(|v: &f64| v.is_finite()))
                .collect::<Option<_>>()
                .ok_or_else(|| Error::usage(format!("'{numbers}' after '{name}:' are no numbers")))?,
        };
        let positive = |v: f64| v > 0.0;
        let norm = match (name, numbers.as_slice()) {
            ("linear", []) => Some(Self::Linear),
            ("log", []) => Some(Self::Log),
            ("log1p", []) => Some(Self::Log1p),
            ("cbrt", []) => Some(Self::Power { gamma: 1.0 / 3.0 }),
            ("eq_hist", []) => Some(Self::Equalized(Equalized::default())),
            ("symlog", &[linthresh]) if positive(linthresh) => {
                Some(Self::Symlog { linthresh, linscale: 1.0, base: 10.0 })
            }
            ("symlog", &[linthresh, linscale]) if positive(linthresh) && positive(linscale) => {
                Some(Self::Symlog { linthresh, linscale, base: 10.0 })
            }
            ("symlog", &[linthresh, linscale, base])
                if positive(linthresh) && positive(linscale) && base > 1.0 =>
            {
                Some(Self::Symlog { linthresh, linscale, base })
            }
            ("asinh", &[linear_width]) if positive(linear_width) => Some(Self::Asinh { linear_width }),
            ("power", &[gamma]) if positive(gamma) => Some(Self::Power { gamma }),
            ("twoslope", &[vcenter]) => Some(Self::TwoSlope { vcenter }),
            ("centered", &[vcenter]) => Some(Self::Centered { vcenter, halfrange: None }),
            ("centered", &[vcenter, halfrange]) if positive(halfrange) => {
                Some(Self::Centered { vcenter, halfrange: Some(halfrange) })
            }
            ("boundaries", [_, _, ..]) if numbers.is_sorted_by(|a, b| a < b) => {
                Some(Self::Boundaries(numbers.clone()))
            }
            _ => None,
        };
        norm.ok_or_else(|| Error::usage(wrong(text, name)))
    }
}

/// What to write instead.
pub(super) fn wrong(text: &str, name: &str) -> String {
    let names = || Norm::FORMS.iter().map(|form| form.split(':').next().unwrap_or(form));
    let form = |name: &str| Norm::FORMS[names().position(|known| known == name).unwrap_or(0)];
    if names().any(|known| known == name) {
        let rule = match name {
            "boundaries" => ", with values that ascend",
            "symlog" | "asinh" | "power" => ", with numbers above 0",
            _ => "",
        };
        return format!("the norm '{text}' is written {}{rule}", form(name));
    }
    let near = nearest(name, names()).map(|near| format!(" Did you mean '{}'?", form(near)));
    format!("no norm '{name}'; there are {}.{}", Norm::FORMS.join(", "), near.unwrap_or_default())
}

impl Display for Norm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        match self {
            Self::Symlog { linthresh, linscale, base } => {
                write!(f, "{name}:{linthresh}")?;
                match (*linscale, *base) {
                    (1.0, 10.0) => Ok(()),
                    (_, 10.0) => write!(f, ",{linscale}"),
                    _ => write!(f, ",{linscale},{base}"),
                }
            }
            Self::Asinh { linear_width } => write!(f, "{name}:{linear_width}"),
            Self::Power { gamma } if *gamma == 1.0 / 3.0 => f.write_str("cbrt"),
            Self::Power { gamma } => write!(f, "{name}:{gamma}"),
            Self::TwoSlope { vcenter } | Self::Centered { vcenter, halfrange: None } => {
                write!(f, "{name}:{vcenter}")
            }
            Self::Centered { vcenter, halfrange: Some(halfrange) } => {
                write!(f, "{name}:{vcenter},{halfrange}")
            }
            Self::Boundaries(values) => {
                let values: Vec<String> = values.iter().map(f64::to_string).collect();
                write!(f, "{name}:{}", values.join(","))
            }
            _ => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::norm::testing::norms;

    #[test]
    fn text_and_back() {
        for norm in norms() {
            assert_eq!(norm.to_string().parse::<Norm>().unwrap(), norm.unfitted());
        }
        assert_eq!(
            "symlog:0.5,2,2.5".parse::<Norm>().unwrap(),
            Norm::Symlog { linthresh: 0.5, linscale: 2.0, base: 2.5 }
        );
    }

    #[test]
    fn wrong_text_says_what_is_right() {
        for (text, words) in [
            ("powr:2", "Did you mean 'power:GAMMA'?"),
            ("power", "is written power:GAMMA"),
            ("power:-1", "above 0"),
            ("boundaries:3,2", "ascend"),
            ("boundaries:1,inf", "are no numbers"),
            ("log:3", "is written log"),
        ] {
            let message = text.parse::<Norm>().unwrap_err().to_string();
            assert!(message.contains(words), "{message}");
        }
    }
}
