use super::*;
use proptest::prelude::*;

/// Every special piece, in a short notation: `@name@host`, `#key`, `<address>`.
fn found(source: &str) -> String {
    let show = |piece: Piece| match piece.what {
        What::Text => None,
        What::Url => Some(format!("<{}>", piece.text)),
        What::Mention(m) => Some(format!("@{}{}", m.name, m.host.map(|h| format!("@{h}")).unwrap_or_default())),
        What::Tag(t) => Some(format!("#{}", t.key)),
    };
    scan(source).pieces.into_iter().filter_map(show).collect::<Vec<_>>().join(" ")
}

#[test]
fn mentions_are_found_where_people_write_them() {
    for (source, expected) in [
        ("hi @ada", "@ada"),
        ("@ada@garden.example: look", "@ada@garden.example"),
        ("(@Ada@Garden.Example)", "@Ada@garden.example"),
        ("@bo@acme.localhost:4001, hi", "@bo@acme.localhost:4001"),
        ("@bo@localhost:4001/", "@bo@localhost:4001"),
        ("@bo@example.com.", "@bo@example.com"),
        ("@bo.b-c. yes", "@bo.b-c"),
        ("@bo@bücher.example", "@bo@xn--bcher-kva.example"),
        ("\"@a\" @b, @c; @d", "@a @b @c @d"),
        ("日本語 @ada です", "@ada"),
        ("mail ada@garden.example", ""),
        ("a.@b", ""),
        ("@ @@ @@a @-a @a@ @a@b@c", ""),
        ("@größe", ""),
        ("@a@-b.example", ""),
        ("https://social.example/@ada and https://x.example/?q=@bo #no", "<https://social.example/@ada> <https://x.example/?q=@bo> #no"),
    ] {
        assert_eq!(found(source), expected, "{source}");
    }
}

#[test]
fn hashtags_are_found_in_any_script() {
    for (source, expected) in [
        ("#Rust and #größe", "#rust #größe"),
        ("#日本語 #ｆｏｏ ＃バー #हिन्दी", "#日本語 #foo #バー #हिन्दी"),
        ("#2026 #2026goals #_ #a_1", "#2026goals #a_1"),
        ("#end. (#in) #a-b", "#end #in #a"),
        ("a#b /#c &#39; ##d https://e.example/#f", "<https://e.example/#f>"),
    ] {
        assert_eq!(found(source), expected, "{source}");
    }
}

#[test]
fn addresses_end_where_a_reader_would_say() {
    for (source, expected) in [
        ("see https://example.com.", "<https://example.com>"),
        ("(https://en.example/wiki/A_(b))", "<https://en.example/wiki/A_(b)>"),
        ("<https://example.com/a>, HTTP://b.example!", "<https://example.com/a> <HTTP://b.example>"),
        ("http://localhost:4001/p/1?x=[1]&y=2", "<http://localhost:4001/p/1?x=[1]&y=2>"),
        ("https://bücher.example/ü?ä#ö", "<https://bücher.example/ü?ä#ö>"),
        ("https:// http://) xhttps://a.example javascript:alert(1) ftp://a.example", ""),
        ("https://good.example\u{202e}evil", "<https://good.example>"),
    ] {
        assert_eq!(found(source), expected, "{source}");
    }
}

#[test]
fn a_mention_at_the_edge_means_the_community_is_spoken_to() {
    let edge = |source: &str| mention_at_edge(source, "valves", Some("Acme.example"));
    for source in
        ["@valves@acme.example leak!", "leak! @Valves@acme.example\n", "@bo @valves@acme.example hi", "hi #pump @valves@acme.example #leak"]
    {
        assert!(edge(source), "{source}");
    }
    for source in ["I read @valves@acme.example daily", "@valves hi", "@valves@other.example hi", "x @valves@acme.example."] {
        assert!(!edge(source), "{source}");
    }
    assert!(mention_at_edge("@valves hi", "valves", None));
}

#[test]
fn s073_mentions_and_hashtags_are_bounded_and_the_excess_reported() {
    let many = |sign: char, n: usize| (0..n).map(|i| format!("{sign}name{i} {sign}NAME{i} ")).collect::<String>();
    let (mentions, tags) = (scan(&many('@', 50)).too_many_mentions, scan(&many('#', 64)).too_many_tags);
    assert!(!mentions && !tags);
    let over = many('@', 51) + &many('#', 65);
    let scanned = scan(&over);
    assert!(scanned.too_many_mentions && scanned.too_many_tags);
    assert_eq!(scanned.pieces.iter().filter(|p| matches!(p.what, What::Mention(_))).count(), 100);
    assert_eq!(found(&format!("#{}", "x".repeat(TAG_CHARS_MAX + 1))), "");
    assert_eq!(found(&format!("@{}", "x".repeat(NAME_BYTES_MAX + 1))), "");
}

/// Wall clock, so the bound is generous: quadratic work on a megabyte takes minutes.
#[test]
fn s072_a_megabyte_of_beginnings_is_scanned_in_linear_time() {
    let long_host = format!("@a@{}@ ", "b".repeat(250));
    let long_url = format!("http://[{}", "x".repeat(2000));
    for bomb in [
        "@",
        "@a",
        "@a@",
        "@a@b",
        "@a@b.",
        " @a@b:",
        "#",
        "#a",
        " #1",
        "http://",
        "http://(",
        " https://a.example/(((",
        "h",
        "a@a.",
        "\u{202e}@",
        &long_host,
        &long_url,
    ] {
        let megabyte = bomb.repeat(1_000_000 / bomb.len());
        let started = std::time::Instant::now();
        let pieces = scan(&megabyte).pieces;
        assert_eq!(pieces.iter().map(|p| p.text.len()).sum::<usize>(), megabyte.len());
        assert!(started.elapsed().as_secs() < 10, "{bomb}: {:?}", started.elapsed());
    }
}

proptest! {
    #[test]
    fn the_pieces_put_together_are_the_text(source in "([@#a-z0-9.:/ äß_()-]|https://|@b@c\\.d|\\PC){0,40}") {
        let joined: String = scan(&source).pieces.iter().map(|p| p.text).collect();
        prop_assert_eq!(joined, source);
    }

    #[test]
    fn what_is_written_as_a_mention_is_found(name in "[a-z0-9_]{1,30}", host in "[a-z]{1,9}\\.[a-z]{2,5}", port in proptest::option::of(1u16..)) {
        let at = port.map_or(host.clone(), |p| format!("{host}:{p}"));
        prop_assert_eq!(found(&format!("Hi @{name}@{at}, hi")), format!("@{name}@{at}"));
    }
}
