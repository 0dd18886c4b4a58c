/// What is said of a part of the stack that is gone, in the head of a screen and by `paddock status`.
package enum StackWords: String, ScreenWords {
  case revived = "… is being started again"
  case revivedAgain = "… is being started again (try …)"
  case givenUp = "… does not start (… tries): …"
  /// Behind the former.
  case mend = "…; mend that, then `paddock up`"
  case silent = "its server runs (process …) and is silent"
  case room = "…; make room there, then `paddock up`"
  case start = "start it: `paddock up`"
}
