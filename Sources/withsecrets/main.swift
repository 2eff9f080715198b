internal import ProcessLaunch

StartupState.restoreArguments()
Invocation(words: StartupState.arguments).perform()
