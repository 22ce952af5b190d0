"""The page of lockstep show --html, and its drawings alone."""

from html.parser import HTMLParser

import program
from showing import CRASH, HEAD, SHARED, THREADS, ShowCase, main


class Nesting(HTMLParser):
    """Complains of an element that is not closed where it was opened."""
    EMPTY = {"meta", "link"}

    def __init__(self, text):
        super().__init__()
        self.opened = []
        self.elements = []
        self.feed(text)
        self.close()
        assert not self.opened, self.opened

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        if tag not in self.EMPTY:
            self.opened.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append(tag)

    def handle_endtag(self, tag):
        assert self.opened and self.opened[-1] == tag, (tag, self.opened)
        self.opened.pop()


class Page(ShowCase):

    def test_it_says_all_and_loads_nothing(self):
        page = self.show(1, SHARED, "--html", path=self.lying)
        self.assertIn("<h1 class=\"bad\">violated: <a href=\"#rule-disjoint\">"
                      "disjoint</a></h1>", page)
        self.assertIn("<h3 id=\"rule-disjoint\">disjoint</h3>\n<p>Live blocks "
                      "share no byte.", page)
        self.assertNotIn("<h3 id=\"rule-inside\">", page)
        self.assertIn("<p>live blocks do not overlap</p>", page)
        self.assertIn("b1 breaks the rule</text>", page)
        self.assertEqual(page.count("<figure"), page.count("</figure>"))
        self.assertEqual(page.count("<svg"), page.count("</svg>"))
        self.assertIn("alloc b1 size=0 align=1\n", page)
        self.assertIn("show FILE</pre>", page)
        self.assertNotRegex(page, r'(src|href)="(?!data:,"|#)|url\(|@import|http')

    def test_what_was_expected_is_drawn_in(self):
        altered = program.SMALL_TRACE.replace("-> 512", "-> 768")
        page = self.show(1, altered, "--html")
        self.assertIn("expected b2 at 768</text>", page)
        self.assertIn("b2 breaks the rule</text>", page)
        self.assertIn('class="ls-expected" x="60.0000%"', page)

    def test_last_words_are_text_and_no_markup(self):
        page = self.show(1, CRASH, "--html", path=self.dying)
        self.assertIn("seven &lt;is&gt; &quot;odd&quot;", page)
        self.assertNotIn("<is>", page)

    def test_only_the_last_steps_are_drawn(self):
        trace = HEAD % "heap" + "stats\n" * 100
        page = self.show(0, trace, "--html")
        self.assertIn("<h1>all rules hold</h1>", page)
        self.assertIn("<p>93 steps before</p>", page)
        self.assertEqual(page.count("<figure"), 8)

    def test_the_drawings_can_be_had_alone_and_in_a_file(self):
        path = self.temporary("figure.html", "")
        self.assertEqual(
            self.show(1, SHARED, "--figure", "-o", path, path=self.lying), "")
        with open(path, encoding="utf-8") as file:
            figure = file.read()
        self.assertTrue(figure.startswith(
            '<div class="ls" data-rule="disjoint">'))
        self.assertIn(figure, self.show(1, SHARED, "--html", path=self.lying))


class Lanes(ShowCase):
    """Of a trace with threads."""

    def test_the_page_says_all_and_loads_nothing(self):
        page = self.show(0, THREADS, "--html")
        self.assertIn("<h1>threads, not run</h1>", page)
        self.assertIn(">point 7</text>", page)
        self.assertIn("t1 alloc b0 size=16 align=8 @7=t2\n", page)
        self.assertIn("prefers-color-scheme: dark", page)
        self.assertNotRegex(page, r'(src|href)="(?!data:,"|#)|url\(|@import|http')
        elements = Nesting(page).elements
        self.assertEqual(elements.count("title"), 1 + 4)  # Also of each box.
        self.assertEqual(elements.count("polygon"), 1)  # Of the arrow.

    def test_the_drawing_can_be_had_alone_and_in_a_file(self):
        path = self.temporary("lanes.html", "")
        self.assertEqual(self.show(0, THREADS, "--figure", "-o", path), "")
        with open(path, encoding="utf-8") as file:
            figure = file.read()
        self.assertTrue(figure.startswith('<div class="ln" data-rule="">'))
        Nesting(figure)
        self.assertIn(figure, self.show(0, THREADS, "--html"))


if __name__ == "__main__":
    main()
