using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Causeway.Primitives;
using Causeway.Registries.Irr;

namespace Causeway.Registries.Tests.Serving.Whois;

/// <summary>bgpq4 as installed, pointed at a whois server of ours.</summary>
internal static class Bgpq4
{
    public const string Path = "/usr/bin/bgpq4";

    public static bool IsInstalled => File.Exists(Path);

    public static async Task<string> RunAsync(IPEndPoint server, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-h");
        start.ArgumentList.Add(server.ToString());
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        Task<string> error = process.StandardError.ReadToEndAsync(deadline.Token);
        string output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        Assert.True(process.ExitCode == 0, $"bgpq4 {string.Join(' ', arguments)} ended with {process.ExitCode}: {await error}{output}");
        Assert.DoesNotContain("ERROR", await error);
        return output;
    }

    /// <summary>The entries of its JSON output.</summary>
    public static async Task<PrefixSpan[]> PrefixesAsync(IPEndPoint server, params string[] arguments)
    {
        using JsonDocument json = JsonDocument.Parse(await RunAsync(server, ["-j", .. arguments]));
        return
        [
            .. json
                .RootElement.EnumerateObject()
                .Single()
                .Value.EnumerateArray()
                .Select(e =>
                {
                    IpPrefix prefix = IpPrefix.Parse(e.GetProperty("prefix").GetString()!);
                    return e.GetProperty("exact").GetBoolean()
                        ? new PrefixSpan(prefix)
                        : new PrefixSpan(
                            prefix,
                            e.TryGetProperty("greater-equal", out JsonElement ge) ? ge.GetByte() : prefix.Length,
                            e.GetProperty("less-equal").GetByte()
                        );
                }),
        ];
    }
}
