using System.CommandLine;
using System.Data.Common;
using System.Runtime.InteropServices;
using Causeway.Identity.Secrets;
using Causeway.Topology;

namespace Causeway.Serve;

/// <summary><c>causeway serve</c>.</summary>
public static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command(
            "serve",
            "Runs the server. Each option is also an environment variable (CAUSEWAY_DATA, CAUSEWAY_LISTEN, ...) and a key of the YAML file."
        );
        var options = new Dictionary<Setting, Option<string?>>();
        foreach (Setting setting in Settings.All.Where(s => !s.IsSecret))
        {
            string help = setting.Default is null ? setting.Help : $"{setting.Help} [default: {setting.Default}]";
            options[setting] = new Option<string?>(setting.Option) { Description = help, HelpName = "value" };
            command.Options.Add(options[setting]);
        }
        command.SetAction(
            (parsed, cancellation) => RunAsync(setting => parsed.GetValue(options[setting]), Console.Out, Console.Error, cancellation)
        );
        return command;
    }

    /// <summary>0 when asked to stop; 2 when it cannot start as asked; 1 when it fails.</summary>
    private static async Task<int> RunAsync(
        Func<Setting, string?> commandLine,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellation
    )
    {
        ServerHost host;
        try
        {
            ServerSettings settings = SettingsReader.Read(commandLine, Environment.GetEnvironmentVariable);
            host = await ServerHost.StartAsync(settings, cancellation);
        }
        catch (Exception e)
            when (e is SettingsException or TopologyException or SecretException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"causeway: {e.Message}");
            return 2;
        }
        catch (Exception e) when (e is DbException or InvalidDataException)
        {
            await error.WriteLineAsync(
                $"causeway: the database cannot be used: {e.Message}{(e.InnerException is { } why ? $": {why.Message}" : "")}"
            );
            return 2;
        }
        await using (host)
        {
            foreach (string line in host.Says)
                await output.WriteLineAsync(line);
            foreach (string warning in host.Warnings)
                await error.WriteLineAsync($"causeway: warning: {warning}");
            await output.WriteLineAsync($"ready {host.Endpoint}");
            await output.FlushAsync(cancellation);
            var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
            using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
            using CancellationTokenRegistration cancelled = cancellation.Register(() => stopped.TrySetResult());
            await Task.WhenAny(stopped.Task, host.Failure);
            if (!host.Failure.IsFaulted)
                return 0;
            await error.WriteLineAsync($"causeway: a background loop failed: {host.Failure.Exception}");
            return 1;

            void Stop(PosixSignalContext context)
            {
                context.Cancel = true;
                stopped.TrySetResult();
            }
        }
    }
}
