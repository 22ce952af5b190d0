"""The page of lockstep show --html, and its drawings alone."""

import program
from showing import CRASH, HEAD, SHARED, ShowCase, main


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


if __name__ == "__main__":
    main()
