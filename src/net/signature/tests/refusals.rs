//! What must be refused, by the numbers of the security list.

use super::*;

/// An error that must be answered 400.
fn malformed(outcome: Result<Unverified, SignatureError>) -> bool {
    outcome.is_err_and(SignatureError::is_malformed)
}

#[test]
fn s001_another_body_is_refused() {
    for scheme in SCHEMES {
        let mut request = Request::signed(scheme, &RSA);
        request.body[0] ^= 1;
        assert_eq!(request.read_at(now()).unwrap_err(), SignatureError::OtherBody);
    }
}

#[test]
fn s002_a_post_needs_its_schemes_digest() {
    for (scheme, name) in [(Scheme::Cavage, "digest"), (Scheme::Rfc9421, "content-digest")] {
        let mut request = Request::signed(scheme, &RSA);
        request.headers.remove(name);
        assert_eq!(request.read_at(now()).unwrap_err(), SignatureError::NoDigest);
    }
}

#[test]
fn s003_a_header_given_twice_is_malformed() {
    for scheme in SCHEMES {
        let good = Request::signed(scheme, &RSA);
        for name in ["digest", "content-digest", "signature", "signature-input", "host", "date"] {
            let Some(value) = good.headers.get(name) else { continue };
            let value = value.to_str().unwrap().to_owned();
            for other in [value.as_str(), "SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "evil.test"] {
                let mut last = good.clone();
                last.append(name, other);
                assert!(malformed(last.read_at(now())), "{name}, the other last");
                let mut first = good.clone();
                first.set(name, other);
                first.append(name, &value);
                assert!(malformed(first.read_at(now())), "{name}, the other first");
            }
            let mut list = good.clone();
            list.set(name, &format!("{value}, {value}"));
            assert!(malformed(list.read_at(now())), "{name}, as a list");
        }
    }
}

#[test]
fn s003_a_repeated_header_is_malformed_even_if_the_scheme_does_not_use_it() {
    for (scheme, name) in [(Scheme::Cavage, "content-digest"), (Scheme::Rfc9421, "digest"), (Scheme::Rfc9421, "date")] {
        let mut request = Request::signed(scheme, &RSA);
        request.set(name, "x=:eA==:");
        request.append(name, "x=:eA==:");
        assert!(malformed(request.read_at(now())), "{name}");
    }
    let twice = Request::cavage(&Method::POST, "(request-target) host date digest date", "rsa-sha256", (None, None));
    assert_eq!(twice.read_at(now()).unwrap_err(), SignatureError::Unreadable("Signature"));
}

#[test]
fn s004_what_decides_the_effect_must_be_signed() {
    let all = "(request-target) host date digest";
    assert!(Request::cavage(&Method::POST, all, "rsa-sha256", (None, None)).check(&RSA_PUBLIC).is_ok());
    for left_out in all.split(' ') {
        let names: Vec<&str> = all.split(' ').filter(|name| *name != left_out).collect();
        let request = Request::cavage(&Method::POST, &names.join(" "), "rsa-sha256", (None, None));
        assert_eq!(request.check(&RSA_PUBLIC).unwrap_err(), SignatureError::NotCovered(left_out));
    }
    for names in ["digest", "date digest"] {
        assert!(Request::cavage(&Method::POST, names, "rsa-sha256", (None, None)).check(&RSA_PUBLIC).is_err());
    }
    assert!(Request::cavage(&Method::GET, "(request-target) host date", "rsa-sha256", (None, None)).check(&RSA_PUBLIC).is_ok());
}

#[test]
fn s005_a_request_for_another_host_is_refused() {
    for scheme in SCHEMES {
        let mut request = Request::sent(&Method::POST, "https://other.test/u/ada/inbox", BODY, &signer(scheme, &RSA));
        assert_eq!(request.check(&RSA_PUBLIC).unwrap_err(), SignatureError::OtherHost);
        request.set("host", "node.test");
        assert_eq!(request.check(&RSA_PUBLIC).unwrap_err(), SignatureError::Mismatch);
        request.headers.remove("host");
        assert_eq!(request.check(&RSA_PUBLIC).unwrap_err(), SignatureError::Missing("Host"));
    }
}

#[test]
fn s006_a_signature_holds_for_its_method_and_target_alone() {
    for scheme in SCHEMES {
        let good = Request::signed(scheme, &RSA);
        for target in ["/u/bob/inbox?x=1", "/u/ada/inbox", "/u/ada/inbox?x=2", "/u/ada/inbox?x=1&y"] {
            assert_eq!(Request { target: target.to_owned(), ..good.clone() }.check(&RSA_PUBLIC).unwrap_err(), SignatureError::Mismatch);
        }
        assert_eq!(Request { method: Method::PUT, ..good.clone() }.check(&RSA_PUBLIC).unwrap_err(), SignatureError::Mismatch);
    }
}

#[test]
fn s007_the_time_must_be_near_and_readable() {
    for scheme in SCHEMES {
        let request = Request::signed(scheme, &RSA);
        for minutes in [-59, 0, 59] {
            assert!(request.read_at(now() + TimeDelta::minutes(minutes)).is_ok());
        }
        for minutes in [-40_000_000, -61, 61, 40_000_000] {
            assert_eq!(request.read_at(now() + TimeDelta::minutes(minutes)).unwrap_err(), SignatureError::OutsideWindow);
        }
    }
    for date in ["yesterday", "", "2026-03-01T12:00:00Z", "Sun, 01 Mar 2026 12:00:00 +0000", "Mon, 01 Mar 2026 12:00:00 GMT"] {
        let mut request = Request::signed(Scheme::Cavage, &RSA);
        request.set("date", date);
        assert_eq!(request.read_at(now()).unwrap_err(), SignatureError::BadDate, "{date}");
    }
    let mut undated = Request::signed(Scheme::Cavage, &RSA);
    undated.headers.remove("date");
    assert_eq!(undated.read_at(now()).unwrap_err(), SignatureError::Missing("Date"));
}

#[test]
fn s007_ap077_created_and_expires_are_honoured() {
    let names = "(request-target) host (created) (expires) digest";
    let at = now().timestamp();
    let sent = |created, expires| Request::cavage(&Method::POST, names, "hs2019", (Some(created), Some(expires))).check(&RSA_PUBLIC);
    assert!(sent(at, at + 60).is_ok());
    assert!(sent(at - 60, at).is_ok());
    assert_eq!(sent(at - 60, at - 1), Err(SignatureError::Expired));
    assert_eq!(sent(at + 3601, at + 7200), Err(SignatureError::OutsideWindow));
    assert_eq!(sent(i64::MIN, i64::MAX), Err(SignatureError::OutsideWindow));

    let mut ended = Request::signed(Scheme::Rfc9421, &RSA);
    ended.edit("signature-input", ";keyid", &format!(";expires={};keyid", at - 1));
    assert_eq!(ended.read_at(now()).unwrap_err(), SignatureError::Expired);
}

#[test]
fn the_pseudo_headers_belong_to_hs2019() {
    let at = Some(now().timestamp());
    let request = Request::cavage(&Method::POST, "(request-target) host (created) digest", "rsa-sha256", (at, None));
    assert_eq!(request.check(&RSA_PUBLIC).unwrap_err(), SignatureError::UnknownComponent);
}

#[test]
fn s011_a_key_id_with_tricks_is_refused_before_any_fetch() {
    for (scheme, name) in [(Scheme::Cavage, "signature"), (Scheme::Rfc9421, "signature-input")] {
        let mut request = Request::signed(scheme, &RSA);
        request.edit(name, "https://peer.test/", "https://peer.test@evil.test/");
        assert_eq!(request.read_at(now()).unwrap_err(), SignatureError::BadKeyId);
    }
}

#[test]
fn s017_rfc9421_needs_all_its_parts() {
    for (from, to, error) in [
        (r#""@method" "#, "", SignatureError::NotCovered("@method")),
        (r#""@target-uri" "#, "", SignatureError::NotCovered("@target-uri")),
        (r#" "content-digest""#, "", SignatureError::NotCovered("content-digest")),
        ("created=", "nonce=", SignatureError::Parameter("created")),
        ("created=", "created=1;created=\"x\";x=", SignatureError::Parameter("created")),
        (r#";keyid="https://peer.test/u/bo#main-key""#, "", SignatureError::Parameter("keyid")),
        ("keyid=\"", "keyid=x;y=\"", SignatureError::Parameter("keyid")),
        (";keyid", ";alg=\"hmac-sha256\";keyid", SignatureError::UnknownAlgorithm),
        (";keyid", ";alg=\"rsa-pss-sha512\";keyid", SignatureError::UnknownAlgorithm),
        (r#""@method""#, r#""@method";req"#, SignatureError::NotCovered("@method")),
        (r#""@method""#, r#""@method" "@status""#, SignatureError::UnknownComponent),
        (r#""@method""#, r#""@method" "@query-param";name="x""#, SignatureError::UnknownComponent),
        (r#""@method""#, r#""@method" "date";sf"#, SignatureError::UnknownComponent),
        (r#""@method""#, r#""@method" "@method""#, SignatureError::UnknownComponent),
        (r#""@method""#, r#""@method" "signature""#, SignatureError::UnknownComponent),
        (r#""@method""#, r#""@method" "absent""#, SignatureError::UnknownComponent),
        ("sig1=", "sig2=", SignatureError::Ambiguous),
        ("sig1=(", "sig1=x, sig2=(", SignatureError::Ambiguous),
        ("sig1=(", "sig1=(), sig1=(", SignatureError::Repeated("Signature-Input")),
        ("sig1=", "", SignatureError::Unreadable("Signature-Input")),
    ] {
        let mut request = Request::signed(Scheme::Rfc9421, &RSA);
        request.edit("signature-input", from, to);
        assert_eq!(request.read_at(now()).unwrap_err(), error, "{from} → {to}");
    }
}

#[test]
fn s017_two_signatures_or_two_schemes_are_refused() {
    let mut two = Request::signed(Scheme::Rfc9421, &RSA);
    let (input, signature) = (two.get("signature-input"), two.get("signature"));
    two.set("signature-input", &format!("{input}, {}", input.replace("sig1", "sig2")));
    two.set("signature", &format!("{signature}, {}", signature.replace("sig1", "sig2")));
    assert_eq!(two.read_at(now()).unwrap_err(), SignatureError::Ambiguous);

    let mut both = Request::signed(Scheme::Cavage, &RSA);
    both.set("signature-input", &input);
    both.set("content-digest", &Request::signed(Scheme::Rfc9421, &RSA).get("content-digest"));
    assert_eq!(both.read_at(now()).unwrap_err(), SignatureError::Ambiguous);
    both.set("signature", &format!("{signature}, {}", both.get("signature")));
    assert!(both.read_at(now()).is_err());
}

#[test]
fn s018_an_algorithm_that_is_not_the_keys_is_refused() {
    for (algorithm, error) in [
        ("hmac-sha256", SignatureError::UnknownAlgorithm),
        ("rsa-sha1", SignatureError::UnknownAlgorithm),
        ("none", SignatureError::UnknownAlgorithm),
        ("ed25519", SignatureError::OtherKeyType),
    ] {
        let request = Request::cavage(&Method::POST, "(request-target) host date digest", algorithm, (None, None));
        assert_eq!(request.check(&RSA_PUBLIC).unwrap_err(), error, "{algorithm}");
    }
    let mut claimed = Request::signed(Scheme::Rfc9421, &RSA);
    claimed.edit("signature-input", ";keyid", ";alg=\"ed25519\";keyid");
    assert_eq!(claimed.check(&RSA_PUBLIC).unwrap_err(), SignatureError::OtherKeyType);
    for scheme in SCHEMES {
        assert!(Request::signed(scheme, &ED).check(&RSA_PUBLIC).is_err());
        assert!(Request::signed(scheme, &RSA).check(&ED_PUBLIC).is_err());
    }
}

#[test]
fn s019_a_request_without_a_signature_is_refused() {
    let mut request = Request::signed(Scheme::Cavage, &RSA);
    let value = request.get("signature");
    request.headers.remove("signature");
    assert_eq!(request.read_at(now()).unwrap_err(), SignatureError::Unsigned);
    request.set("authorization", &format!("Signature {value}"));
    assert_eq!(request.read_at(now()).unwrap_err(), SignatureError::Unsigned);
    assert!(!SignatureError::Unsigned.is_malformed());
}

#[test]
fn a_spoiled_signature_header_is_malformed() {
    for value in ["", "x", "keyId", "keyId=\"x", "keyId=\"x\"y", "keyId=\"a\",keyId=\"a\"", "created=x", "\u{7f}"] {
        let mut request = Request::signed(Scheme::Cavage, &RSA);
        request.headers.insert("signature", HeaderValue::from_bytes(value.as_bytes()).unwrap_or(HeaderValue::from_static("=")));
        assert!(request.read_at(now()).is_err(), "{value}");
    }
}
