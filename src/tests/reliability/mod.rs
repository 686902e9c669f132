//! Reliability by number, inside one process: a node that ends between any two steps (R3), and ids under a clock that jumps (R12).

mod clocks;
mod crash;
mod site;
