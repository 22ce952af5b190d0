#ifndef LOCKSTEP_TOOLS_CLI_MARKUP_MARKUP_H_
#define LOCKSTEP_TOOLS_CLI_MARKUP_MARKUP_H_

// What is written as HTML or XML, in pages and in results for other programs.

#include <string>
#include <string_view>

namespace lockstep::suite {

// As it can stand in an element, or in an attribute between double quotes.
std::string Escaped(std::string_view text);

// What a page begins with: the rest of its style comes next.
inline constexpr std::string_view kPageBegin = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<style>
)html";

// Of a page: makes <button data-copy="ID"> copy the text of the element ID.
inline constexpr std::string_view kCopyScript = R"html(<script>
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = "copied";
    } catch {
      getSelection().selectAllChildren(source);
      button.textContent = "selected";
    }
  });
}
</script>
)html";

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_MARKUP_MARKUP_H_
