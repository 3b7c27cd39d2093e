using System.Diagnostics;
using System.Globalization;
using Causeway.Client;
using Causeway.Clients.Tests.AzureCli;

namespace Causeway.Bench;

/// <summary>
/// <c>causeway bench clients</c>: the commands of Azure CLI that the tests run, with how much of their time is spent waiting for the server: once in a process that az is
/// kept loaded in, once with the start of az that its user pays for every command.
/// </summary>
internal static class ClientsBench
{
    private const string Scripts = "tests/Causeway.Clients.Tests/AzureCli";

    /// <summary>Starts of az that are measured.</summary>
    private const int Starts = 5;

    /// <summary>Commands that are named, those that waited longest first.</summary>
    private const int Named = 5;

    public static async Task<int> RunAsync(string[] arguments)
    {
        string work = Scratch.Folder();
        string data = Path.Combine(work, "data");
        AccessFile access = await ServeAsync(data);
        var known = new Dictionary<string, string>
        {
            ["sub"] = access.Subscriptions["customer"],
            ["providerSub"] = access.Subscriptions["provider"],
            ["server"] = access.Endpoint,
            ["endpoint"] = access.Endpoint + "/",
            ["folder"] = work,
        };
        var sessions = new Dictionary<string, AzSession>();
        TimeSpan took = TimeSpan.Zero,
            onServer = TimeSpan.Zero;
        int failed = 0;
        var waits = new List<(string Command, TimeSpan Waited)>();
        IReadOnlyList<AzStep> steps = AzStep.Read(await File.ReadAllTextAsync(Path.Combine(Scripts, "Steps.txt")));
        try
        {
            foreach (AzStep step in steps)
            {
                if (!sessions.TryGetValue(step.Who, out AzSession? session))
                    sessions[step.Who] = session = await AzSession.LoginAsync(access, step.Who, Path.GetFullPath(Scripts));
                AzAnswer answer = await session.RunAsync(step.Words(known));
                took += answer.Took;
                onServer += answer.OnServer;
                waits.Add((step.Command, answer.OnServer));
                if (step.Judge(answer, known) is { } problem)
                {
                    failed++;
                    await Console.Error.WriteLineAsync($"az {step.Command}: {problem.Trim()}");
                }
            }
        }
        finally
        {
            foreach (AzSession session in sessions.Values)
                await session.DisposeAsync();
        }
        TimeSpan start = await StartOfAzAsync();
        Say($"{steps.Count} commands of az, {failed} of them not as they should be");
        Say($"in one process: {took.TotalSeconds:F1} s, {onServer.TotalSeconds:F2} s of them waiting for the server: {onServer / took:P1}");
        Say(
            $"as typed, with {start.TotalMilliseconds:F0} ms for each start of az: {(took + (steps.Count * start)).TotalSeconds:F1} s, of which {onServer / (took + (steps.Count * start)):P1} are the server's"
        );
        foreach ((string command, TimeSpan waited) in waits.OrderByDescending(w => w.Waited).Take(Named))
            Say($"  {waited.TotalMilliseconds:F0} ms of it in az {command}");
        return failed == 0 ? 0 : 1;
    }

    /// <summary>What az takes to do nothing but start.</summary>
    private static async Task<TimeSpan> StartOfAzAsync()
    {
        var times = new List<TimeSpan>();
        for (int i = 0; i < Starts; i++)
        {
            var watch = Stopwatch.StartNew();
            using Process az = Scratch.Start(
                new ProcessStartInfo("az", ["cloud", "list", "-o", "none"]) { RedirectStandardOutput = true, RedirectStandardError = true }
            );
            await az.WaitForExitAsync();
            times.Add(watch.Elapsed);
        }
        return times.Order().ElementAt(Starts / 2);
    }

    private static async Task<AccessFile> ServeAsync(string data)
    {
        Process server = Scratch.Start(
            new ProcessStartInfo(
                Product.Executable,
                ["serve", "--data", data, "--listen", "127.0.0.1:0", "--bgp-port", "17997", "--circuits-per-region", "0"]
            )
            {
                RedirectStandardOutput = true,
            }
        );
        while (await server.StandardOutput.ReadLineAsync() is { } line)
            if (line.StartsWith("ready https://", StringComparison.Ordinal))
            {
                _ = server.StandardOutput.ReadToEndAsync();
                return AccessFile.Load(Path.Combine(data, "access.json"));
            }
        throw new InvalidOperationException("The server ended before it was ready.");
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
