#![no_main]
libfuzzer_sys::fuzz_target!(|input: &[u8]| intermoot::fuzz::signed(input));
