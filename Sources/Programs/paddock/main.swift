import Foundation

// A synchronous start keeps the main thread for the console: after the first suspension of an `async main` on Linux,
// the main actor would run on a worker. The run loop serves the main queue from here on.
Launch.start(arguments: Array(CommandLine.arguments.dropFirst()))
RunLoop.main.run()
