//! Free ports for processes that are killed and started again.
//!
//! They come from below the system's ephemeral range (32768 up on Linux): there, an outgoing connection could take the port
//! of a node while it is down, or even connect to itself. Each port is tried by binding it first.

use anyhow::{Result, bail};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

const FIRST: u32 = 20_000;
const COUNT: u32 = 12_000;
static NEXT: AtomicU32 = AtomicU32::new(0);

/// A port on 127.0.0.1 that nobody listens on, given out once in this process.
pub fn free() -> Result<u16> {
    // test processes that run side by side start at different places
    let start = std::process::id().wrapping_mul(97) % COUNT;
    for _ in 0..COUNT {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = (FIRST + (start + step) % COUNT) as u16;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port between {FIRST} and {}", FIRST + COUNT)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_port_is_given_out_once() {
        let a = super::free().unwrap();
        let b = super::free().unwrap();
        assert_ne!(a, b);
    }
}
