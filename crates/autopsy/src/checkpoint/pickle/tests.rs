use super::*;

#[test]
fn plain_values_are_read() {
    // pickle.dumps({'step': 1000, 'lr': .5, 'names': ['a', 'a']}, protocol=2)
    let bytes = b"\x80\x02}q\x00(X\x04\x00\x00\x00stepq\x01M\xe8\x03X\x02\x00\x00\x00lrq\x02\
        G?\xe0\x00\x00\x00\x00\x00\x00X\x05\x00\x00\x00namesq\x03]q\x04(X\x01\x00\x00\x00a\
        q\x05h\x05eu.";
    let pickle = read(bytes).unwrap();
    let get = |key| pickle.get(pickle.root, key).unwrap();
    assert_eq!(pickle.number(get("step")), Some(1000.0));
    assert_eq!(pickle.number(get("lr")), Some(0.5));
    let names = pickle.sequence(get("names")).unwrap();
    assert_eq!(names.len(), 2);
    assert_eq!(pickle.text(names[1]), Some("a"));
}

#[test]
fn the_oldest_protocol_is_read() {
    // pickle.dumps({'a': 1, 'b': [1.5, True, None]}, protocol=0)
    let bytes = b"(dp0\nVa\np1\nI1\nsVb\np2\n(lp3\nF1.5\naI01\naNas.";
    let pickle = read(bytes).unwrap();
    let b = pickle.get(pickle.root, "b").unwrap();
    let items = pickle.sequence(b).unwrap();
    assert_eq!(pickle.number(items[0]), Some(1.5));
    assert!(matches!(pickle.values[items[1]], Value::Boolean(true)));
    assert!(matches!(pickle.values[items[2]], Value::Nothing));
}

#[test]
fn nothing_is_executed() {
    // What is named and called is remembered as text; nothing else comes of it.
    for (bytes, name) in [
        (
            &b"\x80\x02cos\nsystem\nX\x02\x00\x00\x00ls\x85R."[..],
            "os.system",
        ),
        (
            b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93)R.",
            "builtins.eval",
        ),
        (b"(ios\nsystem\n.", "os.system"),
    ] {
        let pickle = read(bytes).unwrap();
        let Value::Object(object) = &pickle.values[pickle.root] else {
            panic!("{:?}", pickle.values);
        };
        assert_eq!(pickle.name(object.class), name);
    }
}

#[test]
fn attributes_of_an_object_are_read() {
    // pickle.dumps(argparse.Namespace(lr=0.5), protocol=2)
    let bytes = b"\x80\x02cargparse\nNamespace\nq\x00)\x81q\x01}q\x02X\x02\x00\x00\x00lrq\x03\
        G?\xe0\x00\x00\x00\x00\x00\x00sb.";
    let pickle = read(bytes).unwrap();
    let rate = pickle.get(pickle.root, "lr").unwrap();
    assert_eq!(pickle.number(rate), Some(0.5));
}

#[test]
fn numbers_of_numpy_are_read() {
    // pickle.dumps(numpy.float64(0.5), protocol=2)
    let bytes = b"\x80\x02cnumpy._core.multiarray\nscalar\nq\x00cnumpy\ndtype\nq\x01\
        X\x02\x00\x00\x00f8q\x02\x89\x88\x87q\x03Rq\x04(K\x03X\x01\x00\x00\x00<q\x05NNN\
        J\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tq\x06bc_codecs\nencode\nq\x07\
        X\x09\x00\x00\x00\x00\x00\x00\x00\x00\x00\xc3\xa0?q\x08X\x06\x00\x00\x00latin1q\x09\
        \x86q\x0aRq\x0b\x86q\x0cRq\x0d.";
    let pickle = read(bytes).unwrap();
    assert_eq!(pickle.number(pickle.root), Some(0.5));
}

#[test]
fn damage_is_an_error() {
    for bytes in [
        &b""[..],
        b".",
        b"\x80\x02u.",
        b"\x80\x02}r\xff\xff\xff\xff.",
        b"X\xff\xff\xff\xff",
        b"(0t.",
        b"j\x01\x00\x00\x00.",
        b"\x8d\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x80\x02ctorch.storage\n_load_from_bytes\nC\x02ab\x85R.",
    ] {
        assert!(read(bytes).is_err(), "{bytes:?}");
    }
    // A hundred thousand lists inside each other neither overflow the stack when read nor
    // when dropped.
    let mut nested = vec![b']'; 100_000];
    nested.extend(vec![b'a'; 99_999]);
    nested.push(b'.');
    assert!(read(&nested).is_ok());
}

#[test]
fn what_is_copied_is_counted() {
    // A long list, made into a set again and again.
    let mut bytes = b"\x80\x02](".to_vec();
    bytes.extend(vec![b'N'; 50_000]);
    bytes.extend(b"e\x85q\x00");
    for _ in 0..1000 {
        bytes.extend(b"cbuiltins\nset\nh\x00R0");
    }
    bytes.push(b'.');
    let error = read(&bytes).map(|_| ()).unwrap_err();
    assert!(error.contains("unfolds"), "{error}");
}
