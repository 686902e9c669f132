//! A colour of the node's own on our pages: as near to what was chosen as can be read on both grounds.
//!
//! Text and controls keep 4.5:1 against what they stand on (WCAG 2.2, 1.4.3), whatever colour was chosen: it is mixed with black
//! on light ground and with white on dark ground until it does.

/// The lightest and darkest that text in the colour stands on, as in `ground.css`: sheet and soft.
const LIGHT: [Colour; 3] = [Colour(0xff, 0xff, 0xff), Colour(0xf4, 0xf5, 0xf7), Colour(0xe6, 0xee, 0xf6)];
const DARK: [Colour; 3] = [Colour(0x11, 0x16, 0x1d), Colour(0x1a, 0x21, 0x2b), Colour(0x22, 0x30, 0x3f)];
const WHITE: Colour = Colour(0xff, 0xff, 0xff);
const BLACK: Colour = Colour(0, 0, 0);
/// What stands on the colour on dark ground, as in `ground.css`.
const INK: Colour = Colour(0x0d, 0x16, 0x20);
/// What text needs against its ground.
const CONTRAST: f64 = 4.5;
/// Steps from a colour to black or white.
const STEPS: u16 = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Colour(u8, u8, u8);

impl Colour {
    /// Of six hexadecimal digits.
    fn read(digits: &str) -> Option<Self> {
        let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        let plain = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        plain.then(|| Some(Self(part(0)?, part(2)?, part(4)?))).flatten()
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let part = |value: u8| {
            let share = f64::from(value) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.0722f64.mul_add(part(self.2), 0.2126f64.mul_add(part(self.0), 0.7152 * part(self.1)))
    }

    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// So many steps of [`STEPS`] towards `to`.
    fn mixed(self, to: Self, steps: u16) -> Self {
        let mix = |from: u8, to: u8| {
            let sum = u16::from(from) * (STEPS - steps) + u16::from(to) * steps;
            u8::try_from(sum / STEPS).unwrap_or(u8::MAX)
        };
        Self(mix(self.0, to.0), mix(self.1, to.1), mix(self.2, to.2))
    }

    /// As near to itself as can be read on all of `grounds`, on the way to `to`; and bears `upon` itself.
    fn readable(self, grounds: &[Self], to: Self, upon: Self) -> Self {
        let is_readable = |colour: &Self| grounds.iter().chain([&upon]).all(|ground| colour.contrast(*ground) >= CONTRAST);
        (0..=STEPS).map(|steps| self.mixed(to, steps)).find(is_readable).unwrap_or(to)
    }

    fn shown(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// The rules that give the pages this colour; none for what is no colour.
pub(super) fn rules(digits: &str) -> Option<String> {
    let chosen = Colour::read(digits)?;
    let (light, dark) = (chosen.readable(&LIGHT, BLACK, WHITE).shown(), chosen.readable(&DARK, WHITE, INK).shown());
    let dark = format!("@media screen and (prefers-color-scheme: dark) {{ :root {{ --accent: {dark}; }} }}");
    Some(format!("\n@media screen {{ :root {{ --accent: {light}; }} }}\n{dark}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn whatever_colour_is_chosen_it_can_be_read_on_both_grounds(red: u8, green: u8, blue: u8) {
            let chosen = Colour(red, green, blue);
            let (light, dark) = (chosen.readable(&LIGHT, BLACK, WHITE), chosen.readable(&DARK, WHITE, INK));
            for ground in LIGHT { prop_assert!(light.contrast(ground) >= CONTRAST); }
            for ground in DARK { prop_assert!(dark.contrast(ground) >= CONTRAST); }
            prop_assert!(light.contrast(WHITE) >= CONTRAST && dark.contrast(INK) >= CONTRAST);
        }
    }

    #[test]
    fn a_colour_that_can_be_read_stays_what_it_is() {
        assert!(rules("1b568a").unwrap().contains("--accent: #1b568a;"));
        for evil in ["", "1B568A", "1b568", "1b568a;", "zzzzzz", "éé12"] {
            assert_eq!(rules(evil), None, "{evil}");
        }
    }
}
