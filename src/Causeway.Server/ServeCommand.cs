using System.CommandLine;
using Causeway.Hosting;
using Causeway.Server.Check;
using Causeway.Server.Configuration;

namespace Causeway.Server;

/// <summary><c>causeway serve</c>.</summary>
public static class ServeCommand
{
    /// <summary>What a server, or <c>registry run</c>, ends with when a background loop cannot go on: whoever starts it may start it again.</summary>
    public const int CannotGoOn = 3;

    public static Command Create()
    {
        var command = new Command(
            "serve",
            "Runs the server. Each option is also an environment variable (CAUSEWAY_DATA, CAUSEWAY_LISTEN, ...) and a key of the YAML file (docs/configuration.md). "
                + string.Join(
                    ' ',
                    Settings
                        .All.Where(s => s.IsSecret)
                        .Select(s =>
                            $"No option, since everybody on the machine can read a command line: {s.Variable}, or {s.FileVariable} with the path of a file. {s.Help}"
                        )
                )
                + " Before an upgrade or a change of the topology: causeway serve --config causeway.yaml --check"
        );
        var check = new Option<bool>("--check")
        {
            Description =
                "Starts nothing: says, one line each, everything that would stand in the way of a start with these settings, this topology and this store, and ends with 0 when nothing does, else with 2.",
        };
        var form = new Option<string>("--output", "-o")
        {
            Description = "Of --check: text or json.",
            HelpName = "text|json",
            DefaultValueFactory = _ => "text",
        };
        form.AcceptOnlyFromAmong("text", "json");
        var options = new Dictionary<Setting, Option<string?>>();
        foreach (Setting setting in Settings.All.Where(s => !s.IsSecret))
        {
            string help = setting.Default is null ? setting.Help : $"{setting.Help} [default: {setting.Default}]";
            options[setting] = new Option<string?>(setting.Option) { Description = help, HelpName = "value" };
            command.Options.Add(options[setting]);
        }
        command.Options.Add(check);
        command.Options.Add(form);
        command.SetAction(
            (parsed, cancellation) =>
                parsed.GetValue(check)
                    ? CheckAsync(setting => parsed.GetValue(options[setting]), parsed.GetValue(form) == "json", cancellation)
                    : RunAsync(setting => parsed.GetValue(options[setting]), Console.Out, Console.Error, cancellation)
        );
        return command;
    }

    /// <summary>0 when it would start, 2 when not.</summary>
    private static async Task<int> CheckAsync(Func<Setting, string?> commandLine, bool asJson, CancellationToken cancellation)
    {
        StartReport report = await StartCheck.RunAsync(commandLine, Environment.GetEnvironmentVariable, cancellation);
        return (report with { Warnings = StrayVariables.Warnings(Variables(), report.Topology) }).Write(Console.Out, Console.Error, asJson);
    }

    private static IEnumerable<string> Variables() => Environment.GetEnvironmentVariables().Keys.Cast<string>();

    /// <summary>0 when asked to stop; 2 when it cannot start as asked; 3 when a background loop cannot go on.</summary>
    private static async Task<int> RunAsync(
        Func<Setting, string?> commandLine,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellation
    )
    {
        ServerHost? host = null;
        using var signals = new Signals(HangUp, cancellation);
        using var starting = new CancellationTokenSource();
        try
        {
            ServerSettings settings = SettingsReader.Read(commandLine, Environment.GetEnvironmentVariable) with
            {
                Say = text => error.WriteLine($"causeway: {text}"),
            };
            Task<ServerHost> start = ServerHost.StartAsync(settings, starting.Token);
            if (await Task.WhenAny(start, signals.Stopped) != start)
                await starting.CancelAsync();
            host = await start;
        }
        catch (OperationCanceledException) when (starting.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (StartProblem.Of(e) is { } problem)
        {
            await error.WriteLineAsync($"causeway: {problem}");
            return 2;
        }
        await using (host)
        {
            foreach (string line in host.Says)
                await output.WriteLineAsync(line);
            foreach (string warning in host.Warnings.Concat(StrayVariables.Warnings(Variables(), host.Topology)))
                await error.WriteLineAsync($"causeway: warning: {warning}");
            await output.WriteLineAsync($"ready {host.Endpoint}");
            await output.FlushAsync(CancellationToken.None);
            await Task.WhenAny(signals.Stopped, host.Fatal);
            if (!host.Fatal.IsCompleted)
                return 0;
            await error.WriteLineAsync($"causeway: {await host.Fatal}");
            return CannotGoOn;
        }

        void HangUp() => error.WriteLine($"causeway: SIGHUP: {Volatile.Read(ref host)?.Reload() ?? "it is still starting"}");
    }
}
