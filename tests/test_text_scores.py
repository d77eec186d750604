"""Text scores: answers counted by hand, and the properties that make them scores."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrprep.errors import ConfigError, InputError
from ocrprep.evaluation import bootstrap_interval, normalize_text, pooled, text_scores

texts = st.text(alphabet="abAB .,é-\n", max_size=40)
written = texts.filter(lambda text: text.strip())


class TestScores:
    def test_a_wrong_letter(self):
        # "the cat sat" has 11 characters and 3 words; one letter and so one word is wrong, two words are right.
        scores = text_scores("the cat sat", "the cot sat")
        assert (scores.characters, scores.recognized_characters, scores.character_edits) == (11, 11, 1)
        assert (scores.words, scores.recognized_words, scores.word_edits, scores.common_words) == (3, 3, 1, 2)
        assert scores.cer == pytest.approx(100 / 11)
        assert scores.wer == pytest.approx(100 / 3)
        assert scores.word_precision == scores.word_recall == pytest.approx(200 / 3)
        assert scores.word_f1 == pytest.approx(200 / 3)

    def test_a_lost_and_an_added_word(self):
        # Lost "b", added "x y": 2 of 4 words read are true, 2 of 3 true ones were read; 2 · 2 / (3 + 4).
        scores = text_scores("a b c", "a x y c")
        assert scores.word_precision == pytest.approx(50)
        assert scores.word_recall == pytest.approx(200 / 3)
        assert scores.word_f1 == pytest.approx(400 / 7)
        # b becomes x, y comes in.
        assert scores.word_edits == 2
        # "b" → "x y": one substitution and two insertions, of 5 characters.
        assert scores.character_edits == 3
        assert scores.cer == pytest.approx(60)

    def test_order_matters_to_errors_but_not_to_f1(self):
        scores = text_scores("one two three", "three two one")
        assert scores.word_f1 == 100
        assert scores.word_edits == 2
        assert scores.cer > 0

    def test_words_are_counted_not_only_looked_up(self):
        # "no" is written three times and read once: 1 + 1 of 4 true words, both words read are true.
        scores = text_scores("no no no yes", "yes no")
        assert scores.common_words == 2
        assert scores.word_recall == 50
        assert scores.word_precision == 100
        assert scores.word_f1 == pytest.approx(200 * 2 / 6)

    def test_errors_may_pass_a_hundred_percent(self):
        # Of "a" became "b c d": 1 substitution, 4 insertions; 1 substitution and 2 insertions of words.
        scores = text_scores("a", "b c d")
        assert (scores.cer, scores.wer, scores.word_f1) == (500, 300, 0)

    def test_nothing_read(self):
        scores = text_scores("some words", " \n\f")
        assert (scores.cer, scores.wer, scores.word_f1, scores.word_precision, scores.word_recall) == (
            100,
            100,
            0,
            0,
            0,
        )
        assert scores.recognized_characters == scores.recognized_words == 0

    def test_case_counts_only_when_asked(self):
        assert text_scores("Total DUE", "total due").cer == 0
        strict = text_scores("Total DUE", "total due", case_sensitive=True)
        # T, D, U and E of 9 characters; both words.
        assert strict.cer == pytest.approx(400 / 9)
        assert (strict.wer, strict.word_f1) == (100, 0)

    def test_scores_are_frozen(self):
        with pytest.raises(FrozenInstanceError):
            text_scores("a", "a").cer = 1

    @given(written)
    def test_a_text_matches_itself(self, text):
        scores = text_scores(text, text)
        assert (scores.cer, scores.wer, scores.word_f1) == (0, 0, 100)

    @given(written, texts)
    def test_bounds(self, truth, recognized):
        scores = text_scores(truth, recognized)
        assert 0 <= scores.word_f1 <= 100
        assert scores.character_edits <= max(scores.characters, scores.recognized_characters)
        assert scores.character_edits >= abs(scores.characters - scores.recognized_characters)
        assert scores.word_edits >= max(scores.words, scores.recognized_words) - scores.common_words
        precision, recall = scores.word_precision, scores.word_recall
        if precision + recall:
            assert scores.word_f1 == pytest.approx(2 * precision * recall / (precision + recall))

    @given(written, written)
    def test_edits_are_the_same_in_both_directions(self, one, other):
        there, back = text_scores(one, other), text_scores(other, one)
        assert there.character_edits == back.character_edits
        assert there.word_edits == back.word_edits
        assert there.word_f1 == back.word_f1


class TestNormalizing:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("  a\t b\r\n\n c\f", "a b c"),
            ("a\u00a0b\u2003c", "a b c"),
            ("‘it’s’ ‚so‛ `x´ 5′ ‹y›", "'it's' 'so' 'x' 5' 'y'"),
            ("“a” „b‟ «c» 5″", '"a" "b" "c" 5"'),
            ("a‐b‑c‒d–e—f―g−h", "a-b-c-d-e-f-g-h"),
            ("oﬀ ﬁne ﬂy oﬃce baﬄe ﬅ ﬆ", "off fine fly office baffle st st"),
            ("co\u00adop\u200ber\u2060a\ufefftion", "cooperation"),
            ("e\u0301", "é"),
            ("e\u00ad\u0301", "é"),
            # Their composed forms are the grave and the acute of typewriters.
            ("\u1fefa\u1ffd", "'a'"),
            ("wait…", "wait..."),
            ("m² ½ ™ ſ", "m² ½ ™ ſ"),
            ("Straße ÉTÉ", "straße été"),
            ("exam-\nple", "exam- ple"),
            ("", ""),
        ],
    )
    def test_examples(self, text, expected):
        assert normalize_text(text) == expected

    def test_case_stays_when_asked(self):
        assert normalize_text("  Straße “ÉTÉ” ", case_sensitive=True) == 'Straße "ÉTÉ"'

    @given(st.text(max_size=40), st.booleans())
    def test_normalizing_twice_changes_nothing(self, text, case_sensitive):
        once = normalize_text(text, case_sensitive=case_sensitive)
        assert normalize_text(once, case_sensitive=case_sensitive) == once


class TestPooling:
    def test_counts_are_added(self):
        # 1 of 11 characters and 3 of 5 are wrong; 2 of 3 + 3 words and 2 of 3 + 4 are common.
        scores = pooled([text_scores("the cat sat", "the cot sat"), text_scores("a b c", "a x y c")])
        assert (scores.characters, scores.character_edits, scores.words, scores.word_edits) == (16, 4, 6, 3)
        assert scores.cer == pytest.approx(25)
        assert scores.wer == pytest.approx(50)
        assert scores.word_f1 == pytest.approx(200 * 4 / 13)
        assert scores.word_precision == pytest.approx(400 / 7)
        assert scores.word_recall == pytest.approx(400 / 6)

    def test_one_page_stays_as_it_is(self):
        scores = text_scores("the cat sat", "the cot")
        assert pooled(iter([scores])) == scores

    def test_words_do_not_match_across_pages(self):
        assert pooled([text_scores("a", "b"), text_scores("b", "a")]).word_f1 == 0

    def test_nothing_to_pool(self):
        with pytest.raises(InputError, match="no scores to pool"):
            pooled([])


class TestIntervals:
    def test_two_values_by_hand(self):
        # Means of two draws from 0 and 10 are 0, 5, 5 or 10: a quarter at each end. So 60 % in the middle, 20 % off
        # each end, reach both ends, and 40 %, 30 % off each end, hold the middle alone.
        assert bootstrap_interval([0, 10], level=0.6) == (0, 10)
        assert bootstrap_interval([0, 10], level=0.4) == (5, 5)

    def test_near_the_normal_interval_of_many_values(self):
        values = np.random.default_rng(5).normal(70, 12, 400)
        low, high = bootstrap_interval(values)
        # 1.96 standard errors; 10,000 resampled means place an end within a few hundredths of one.
        error = values.std() / 20
        assert low == pytest.approx(values.mean() - 1.96 * error, abs=0.15 * error)
        assert high == pytest.approx(values.mean() + 1.96 * error, abs=0.15 * error)

    def test_covers_the_true_mean_about_as_often_as_it_says(self):
        generator = np.random.default_rng(3)
        hits = 0
        for _ in range(200):
            low, high = bootstrap_interval(generator.normal(0, 1, 40), level=0.9, samples=500)
            hits += low <= 0 <= high
        # 180 expected, with a standard deviation of 4; a percentile interval of 40 values is a little narrow.
        assert 164 <= hits <= 194

    def test_paired_differences_are_sharper_than_the_pages(self):
        generator = np.random.default_rng(1)
        before = generator.uniform(20, 100, 60)
        change = generator.normal(2, 1, 60)
        low, high = bootstrap_interval(before + change - before)
        assert 1 < low < 2.3 < high + 0.6
        wide = bootstrap_interval(before)
        assert high - low < (wide[1] - wide[0]) / 10

    def test_same_values_same_interval_and_the_seed_counts(self):
        values = [1.0, 5.0, 2.0, 8.0, 3.5]
        assert bootstrap_interval(values) == bootstrap_interval(np.array(values))
        assert bootstrap_interval(values, samples=50) != bootstrap_interval(values, samples=50, seed=1)

    def test_level_widens(self):
        values = np.arange(30.0)
        narrow, wide = bootstrap_interval(values, level=0.5), bootstrap_interval(values, level=0.99)
        assert wide[0] < narrow[0] < 14.5 < narrow[1] < wide[1]

    def test_one_value_and_equal_values(self):
        assert bootstrap_interval([7.5]) == (7.5, 7.5)
        assert bootstrap_interval([3.0] * 9) == (3, 3)

    def test_more_values_than_are_drawn_at_once(self):
        low, high = bootstrap_interval(np.tile([0.0, 1.0], 600_000), samples=3)
        assert low == pytest.approx(0.5, abs=0.01)
        assert high == pytest.approx(0.5, abs=0.01)

    @pytest.mark.parametrize("values", [[], [[1.0, 2.0]], [1.0, math.nan], [math.inf]])
    def test_unusable_values(self, values):
        with pytest.raises(InputError, match="an interval needs"):
            bootstrap_interval(values)

    @pytest.mark.parametrize("wrong", [{"level": 0}, {"level": 1}, {"level": 95}, {"samples": 0}])
    def test_wrong_settings(self, wrong):
        with pytest.raises(ValueError, match=f"{next(iter(wrong))} must"):
            bootstrap_interval([1, 2], **wrong)


class TestErrors:
    @pytest.mark.parametrize("truth", ["", " \n\t", "\u00ad\ufeff"])
    def test_an_empty_truth(self, truth):
        with pytest.raises(InputError, match="true text is empty"):
            text_scores(truth, "anything")

    def test_other_things_than_text(self):
        with pytest.raises(InputError, match="recognized text must be a string, not: NoneType"):
            text_scores("a", None)
        with pytest.raises(InputError, match="true text must be a string, not: bytes"):
            text_scores(b"a", "a")

    def test_a_missing_library_names_its_extra(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "rapidfuzz", None)
        monkeypatch.setitem(sys.modules, "rapidfuzz.distance", None)
        with pytest.raises(
            ConfigError, match=r"rapidfuzz, which is not installed \(pip install \"ocrprep\[bench\]\"\)"
        ):
            text_scores("a", "b")

    def test_the_import_is_light(self):
        code = "import sys, ocrprep.evaluation; sys.exit('rapidfuzz' in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
