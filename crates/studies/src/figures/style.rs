//! Colours, dashes, markers and fills: what tells series apart. Never colour alone.

/// A colour as red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

/// The palette of Okabe and Ito (Color Universal Design, 2008), which readers with any colour
/// vision can tell apart, and the greys between.
impl Colour {
    /// Okabe-Ito black.
    pub const BLACK: Self = Self(0, 0, 0);
    /// Okabe-Ito orange.
    pub const ORANGE: Self = Self(230, 159, 0);
    /// Okabe-Ito sky blue.
    pub const SKY_BLUE: Self = Self(86, 180, 233);
    /// Okabe-Ito bluish green.
    pub const GREEN: Self = Self(0, 158, 115);
    /// Okabe-Ito yellow.
    pub const YELLOW: Self = Self(240, 228, 66);
    /// Okabe-Ito blue.
    pub const BLUE: Self = Self(0, 114, 178);
    /// Okabe-Ito vermillion.
    pub const VERMILLION: Self = Self(213, 94, 0);
    /// Okabe-Ito reddish purple.
    pub const PURPLE: Self = Self(204, 121, 167);
    /// For reference lines and remarks; legible as text on white.
    pub const GREY: Self = Self(100, 100, 100);
    /// For areas that stand back.
    pub const PALE: Self = Self(226, 230, 233);
    /// Paper.
    pub const WHITE: Self = Self(255, 255, 255);

    /// The colour mixed with white: `share` 1 is the colour itself, 0 white.
    #[must_use]
    pub fn tint(self, share: f64) -> Self {
        let mix = |channel: u8| {
            (255.0 + (f64::from(channel) - 255.0) * share.clamp(0.0, 1.0)).round() as u8
        };
        Self(mix(self.0), mix(self.1), mix(self.2))
    }
}

/// How a line is broken: lengths in millimetres of line, gap, line, gap, ...
#[expect(clippy::enum_variant_names, reason = "the pattern's usual name")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dash {
    /// Unbroken.
    Solid,
    /// Long dashes.
    Dashed,
    /// Dots.
    Dotted,
    /// Dash and dot in turn.
    DashDot,
}

impl Dash {
    /// Lengths of line and gap in turn; empty for an unbroken line.
    pub(crate) fn pattern(self) -> &'static [f64] {
        match self {
            Self::Solid => &[],
            Self::Dashed => &[1.4, 0.7],
            Self::Dotted => &[0.35, 0.5],
            Self::DashDot => &[1.6, 0.5, 0.35, 0.5],
        }
    }
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub colour: Colour,
    /// Its width in points.
    pub width: f64,
    /// How it is broken.
    pub dash: Dash,
}

impl Stroke {
    /// An interval upon areas.
    pub const INTERVAL: Self = Self {
        colour: Colour::BLACK,
        width: 0.5,
        dash: Dash::Solid,
    };

    /// An unbroken line.
    pub fn solid(colour: Colour, width: f64) -> Self {
        Self {
            colour,
            width,
            dash: Dash::Solid,
        }
    }

    /// The bar of an interval that stands back.
    pub fn bar(colour: Colour) -> Self {
        Self::solid(colour.tint(0.6), 0.35)
    }
}

/// The sign that stands for one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// A filled circle.
    Circle,
    /// A filled square.
    Square,
    /// A filled triangle, point up.
    Triangle,
    /// A filled square on its corner.
    Diamond,
    /// A ring.
    Ring,
    /// A cross on its corner: ×.
    Cross,
    /// Nothing: a line alone.
    None,
}

/// How a series looks in every figure: three signs at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Series {
    /// Its colour.
    pub colour: Colour,
    /// How its line is broken.
    pub dash: Dash,
    /// What stands at its values.
    pub marker: Marker,
}

impl Series {
    /// The look of a layer with an activation, counted from 0. Layers look the same in all
    /// figures of all studies.
    pub fn layer(index: usize) -> Self {
        const LOOKS: [(Colour, Dash, Marker); 6] = [
            (Colour::BLUE, Dash::Solid, Marker::Circle),
            (Colour::ORANGE, Dash::Dashed, Marker::Square),
            (Colour::GREEN, Dash::DashDot, Marker::Triangle),
            (Colour::PURPLE, Dash::Dotted, Marker::Diamond),
            (Colour::SKY_BLUE, Dash::Solid, Marker::Ring),
            (Colour::BLACK, Dash::Dashed, Marker::Cross),
        ];
        Self::from(LOOKS[index % LOOKS.len()])
    }

    /// The look of an arm, counted from 0, in figures that compare arms.
    pub fn arm(index: usize) -> Self {
        const LOOKS: [(Colour, Dash, Marker); 6] = [
            (Colour::BLACK, Dash::Solid, Marker::Circle),
            (Colour::VERMILLION, Dash::Dashed, Marker::Square),
            (Colour::SKY_BLUE, Dash::DashDot, Marker::Triangle),
            (Colour::GREEN, Dash::Dotted, Marker::Diamond),
            (Colour::PURPLE, Dash::Solid, Marker::Ring),
            (Colour::ORANGE, Dash::Dashed, Marker::Cross),
        ];
        Self::from(LOOKS[index % LOOKS.len()])
    }

    /// Its line, `width` points wide.
    pub fn stroke(self, width: f64) -> Stroke {
        Stroke {
            colour: self.colour,
            width,
            dash: self.dash,
        }
    }
}

impl From<(Colour, Dash, Marker)> for Series {
    fn from((colour, dash, marker): (Colour, Dash, Marker)) -> Self {
        Self {
            colour,
            dash,
            marker,
        }
    }
}

/// Parallel lines over an area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hatch {
    /// Direction of the lines in millimetres (right, down); any length but 0.
    pub direction: (f64, f64),
    /// Distance between them in millimetres.
    pub spacing: f64,
    /// The lines.
    pub stroke: Stroke,
}

/// How an area is filled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fill {
    /// Its ground.
    pub colour: Colour,
    /// Lines over the ground, where the colour alone would have to tell areas apart.
    pub hatch: Option<Hatch>,
}

impl Fill {
    /// An area of one colour.
    pub fn plain(colour: Colour) -> Self {
        Self {
            colour,
            hatch: None,
        }
    }

    /// Networks that work, and live filters: stands back.
    pub fn working() -> Self {
        Self::plain(Colour::PALE)
    }

    /// Filters that are active and get no gradient.
    pub fn cut_off() -> Self {
        Self::hatched(Colour::YELLOW, Colour::BLACK, (0.0, 1.0), 0.5)
    }

    /// Dead filters.
    pub fn dead() -> Self {
        Self::plain(Colour::BLUE)
    }

    /// Filters that are silent and not dead.
    pub fn silent() -> Self {
        Self::plain(Colour::SKY_BLUE)
    }

    /// Of what was dead from the beginning.
    pub fn born_dead() -> Self {
        Self::hatched(Colour::BLACK, Colour::WHITE, (1.0, 1.0), 1.1)
    }

    /// Networks that have collapsed, and filters in them.
    pub fn collapsed() -> Self {
        Self::hatched(Colour::ORANGE, Colour::BLACK, (1.0, -1.0), 0.9)
    }

    /// Networks that have diverged, and filters in them.
    pub fn diverged() -> Self {
        Self::hatched(Colour::PURPLE, Colour::WHITE, (1.0, 1.0), 0.9)
    }

    /// An area of one colour under lines in a direction (right, down), `spacing` mm apart.
    pub fn hatched(ground: Colour, lines: Colour, direction: (f64, f64), spacing: f64) -> Self {
        Self {
            colour: ground,
            hatch: Some(Hatch {
                direction,
                spacing,
                stroke: Stroke::solid(lines, 0.5),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_layers_or_arms_differ_by_colour_alone() {
        for look in [Series::layer, Series::arm] {
            for a in 0..6 {
                for b in 0..a {
                    let (a, b) = (look(a), look(b));
                    assert_ne!(a.colour, b.colour);
                    assert_ne!(a.marker, b.marker);
                }
            }
        }
    }

    #[test]
    fn tints_run_from_white_to_the_colour() {
        assert_eq!(Colour::BLUE.tint(0.0), Colour::WHITE);
        assert_eq!(Colour::BLUE.tint(1.0), Colour::BLUE);
    }
}
