#ifndef LOCKSTEP_MODELS_CELL_SYMBOLIZER_H_
#define LOCKSTEP_MODELS_CELL_SYMBOLIZER_H_

// The process that gives a sanitizer's report the names of functions and lines.

namespace lockstep::suite {

// Starts it, if a sanitizer has one and it is not running. Children that are
// forked afterwards use it as well: without it each of them would start one of
// its own to report an error, which takes a tenth of a second and more.
void StartSymbolizer();

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_CELL_SYMBOLIZER_H_
