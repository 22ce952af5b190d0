#ifndef LOCKSTEP_MODELS_CELL_CRASH_HANDLER_H_
#define LOCKSTEP_MODELS_CELL_CRASH_HANDLER_H_

// In a child: what a signal handler can find out before the process dies.

#include <cstdint>
#include <string>

#include "models/cell/board.h"

namespace lockstep::suite {

// From here on a signal that ends this process is noted on the board first, on
// a stack of its own. A handler that is there already, of a sanitizer, stays.
void NoteCrashes(CrashNote& note);

// A crash of the calling thread is noted with this number, instead of 0.
void NumberThread(std::uint32_t number);

// In the parent, whose code lies where the child's does: "my_free", or where in
// its file an instruction is, "my_program+0x1a2b"; "" if that is not known.
std::string FunctionAt(std::uintptr_t instruction);

// "SIGSEGV" of 11; else its number.
std::string SignalName(int signal);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_CELL_CRASH_HANDLER_H_
