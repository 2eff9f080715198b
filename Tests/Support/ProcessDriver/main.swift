internal import ProcessLaunch

StartupState.restoreArguments()
Driver.run()
