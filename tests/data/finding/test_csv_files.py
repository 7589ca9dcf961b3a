"""The two CSV files: intact, damaged and hostile."""

import numpy as np
import pytest

import data

HEADERS = [
    None,
    "label," + ",".join(f"{row}x{column}" for row in range(1, 29) for column in range(1, 29)),
    "label," + ",".join(map(str, range(784))),
    '"class",' + ",".join(f'"pixel{number}"' for number in range(784)),
]


@pytest.fixture
def folder(tmp_path, arrays, write_csv):
    """A folder of two good CSV files without column names, for a test to break."""
    return write_csv(tmp_path / "tables", arrays)


def change(path, line, edit):
    """Replace a line (from 1) of a file by what `edit` makes of its list of values."""
    lines = path.read_text().splitlines()
    lines[line - 1] = ",".join(edit(lines[line - 1].split(",")))
    path.write_text("\n".join(lines) + "\n")


def refuses(folder, complaint, file="mnist_train.csv"):
    with pytest.raises(data.DataError, match=complaint) as caught:
        data.load(folder)
    assert str(folder / file) in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("header", HEADERS, ids=["none", "names", "numbers", "quoted"])
def test_the_pair_is_read_with_or_without_column_names(tmp_path, arrays, write_csv, header):
    dataset = data.load(write_csv(tmp_path / "tables", arrays, header))
    assert dataset.images.shape == (120, 784)
    assert np.array_equal(dataset.test_images, arrays.test_images)
    assert np.array_equal(dataset.test_labels, arrays.test_labels)


def test_the_same_digits_have_the_same_fingerprint_as_idx_and_as_csv(
    tmp_path, arrays, write_csv, write_idx
):
    table = data.load(write_csv(tmp_path / "tables", arrays))
    files = data.load(write_idx(tmp_path / "files", arrays))
    assert table.fingerprint == files.fingerprint
    assert table.name == "tables"
    assert files.name == "files"


def test_a_byte_order_mark_windows_line_ends_and_blank_lines_are_accepted(folder, arrays):
    path = folder / "mnist_test.csv"
    text = path.read_text().replace("\n", "\r\n").replace("\r\n", "\r\n\r\n", 1)
    path.write_bytes(b"\xef\xbb\xbf" + text.encode() + b"\r\n\r\n")
    assert np.array_equal(data.load(folder).test_images, arrays.test_images)


def test_a_test_file_alone_is_not_enough(folder):
    (folder / "mnist_train.csv").unlink()
    with pytest.raises(data.DataError, match=r"mnist_test\.csv has no training file beside it"):
        data.load(folder)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "empty"),
        (b"\n\n\n", "only blank lines"),
        (HEADERS[1].encode(), "no images below"),
        (HEADERS[1].encode() + b"\n", "no images below"),
        (b"1,2,3\n4,5,6\n", "line 1: 3 columns; expected 785"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "not a CSV file: a PNG picture"),
        (b"hello\nworld\n", "line 2: 1 column;"),
        (b"7" * 100_000, "line 1: 1 column;"),
    ],
)
def test_a_file_that_holds_no_table_of_digits_is_named(folder, content, complaint):
    (folder / "mnist_train.csv").write_bytes(content)
    refuses(folder, complaint)


@pytest.mark.parametrize("line", [1, 77])
@pytest.mark.parametrize(
    ("edit", "complaint"),
    [
        (lambda values: values[:-1], "784 columns; expected 785"),
        (lambda values: [*values, "0"], "786 columns; expected 785"),
        (lambda values: [*values[:5], "x", *values[6:]], "column 6 .a pixel.: 'x' is not a number"),
        (lambda values: [*values[:5], "", *values[6:]], "column 6 .a pixel.: there is no value"),
        (
            lambda values: [*values[:5], "nan", *values[6:]],
            "column 6 .a pixel.: 'nan' is not a number",
        ),
        (
            lambda values: [*values[:5], "256", *values[6:]],
            "column 6 .a pixel.: pixel 256.*0 to 255",
        ),
        (lambda values: [*values[:5], "-1", *values[6:]], "column 6 .a pixel.: pixel -1.*0 to 255"),
        (lambda values: [*values[:5], "9" * 4_000, *values[6:]], "column 6 .a pixel.: pixel 999"),
        (lambda values: ["-1", *values[1:]], "column 1 .the label.: label -1; labels must be"),
        (
            lambda values: ["seven", *values[1:]],
            "column 1 .the label.: 'seven' is not a whole number",
        ),
    ],
)
def test_a_broken_line_is_named_by_its_number(folder, line, edit, complaint):
    change(folder / "mnist_train.csv", line, edit)
    refuses(folder, f"line {line}: {complaint}")


def test_line_numbers_count_column_names_and_blank_lines(tmp_path, arrays, write_csv):
    folder = write_csv(tmp_path / "tables", arrays, HEADERS[1])
    path = folder / "mnist_test.csv"
    lines = path.read_text().splitlines()
    lines[5] = "1,2"
    path.write_text("\n".join([*lines[:3], "", *lines[3:]]))
    refuses(folder, "line 7: 2 columns", "mnist_test.csv")


def test_a_label_beyond_the_classes_is_named(folder):
    change(folder / "mnist_train.csv", 9, lambda values: ["10", *values[1:]])
    refuses(folder, "entry 9 has the label 10; labels must be 0 to 9")
