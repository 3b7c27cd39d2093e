using Causeway.Storage.Tests;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// The test program is also its own helper process: the crash tests start it to commit until it is killed.
return args switch
{
    ["commit-loop", var database, var first] => await CommitLoop.RunAsync(database, int.Parse(first)),
    ["lease", var database, var effect] => await CommitLoop.LeaseAsync(database, effect),
    ["hold", var database, var lease] => await CommitLoop.HoldAsync(database, lease),
    _ when args.Any(arg => arg is "--server" or "--internal-msbuild-node") => await TestPlatformTestFramework.RunAsync(
        args,
        SelfRegisteredExtensions.AddSelfRegisteredExtensions
    ),
    _ => await ConsoleRunner.Run(args),
};
