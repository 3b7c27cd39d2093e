using Spectre.Console;

namespace Causeway.Cli.Kit;

/// <summary>A spinner on standard error for what takes longer than a second; nothing at all when nobody watches.</summary>
internal static class Progress
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    public static async Task<T> ShowAsync<T>(string what, Task<T> work, CancellationToken cancellation)
    {
        if (Console.IsErrorRedirected || Console.IsOutputRedirected)
            return await work;
        await Task.WhenAny(work, Task.Delay(Quiet, TimeProvider.System, cancellation));
        if (work.IsCompleted)
            return await work;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Status().StartAsync($"{Markup.Escape(what)} …", _ => work);
    }
}
