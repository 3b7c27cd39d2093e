using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Causeway.Client;

namespace Causeway.Bench;

/// <summary>
/// <c>bench portal</c>: how long pages take with many circuits, and what viewers cost who have a page open while something changes on it. The viewers are played in
/// this process, on the same machine; the processor time is the server's alone. How fast a browser filters and paints, the browser suite sees.
/// </summary>
public static class PortalBench
{
    private const int Changes = 4;

    /// <param name="args"><c>--circuits N</c> (10000), <c>--viewers N</c> (1000), <c>--folder DIR</c> to keep the server's data in.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        int circuits = Number(args, "--circuits", 10_000);
        int viewers = Number(args, "--viewers", 1000);
        string folder = Path.Combine(
            Arguments.Value(args, "--folder") ?? Directory.GetCurrentDirectory(),
            $"bench-portal-{Environment.ProcessId}"
        );
        Scratch.Folder(folder);
        try
        {
            await using BenchServer server = await BenchServer.StartAsync(folder, null);
            using var client = new BenchClient(server.Access);
            await client.PutGroupAsync();
            await Parallel.ForEachAsync(
                Enumerable.Range(1, circuits),
                new ParallelOptions { MaxDegreeOfParallelism = 32 },
                async (number, _) => await client.CreateAsync(number)
            );
            using var browser = await SignedInAsync(server.Access, await client.TokenAsync());
            await PageAsync(browser, "list of circuits", "/portal/customer/circuits", 30);
            await PageAsync(browser, "a circuit", $"/portal/r{client.IdOf(1)}", 30);
            await PageAsync(browser, "the whole list, for a filter", "/portal/customer/circuits?fragment=circuits&form=json", 5);
            await WatchAsync(browser, client, server, viewers);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Number(string[] args, string name, int otherwise) =>
        int.Parse(Arguments.Value(args, name) ?? otherwise.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static async Task<HttpClient> SignedInAsync(AccessFile access, string token)
    {
        HttpClient browser = ArmClient.NewHttpClient(access);
        browser.DefaultRequestVersion = HttpVersion.Version20;
        browser.Timeout = Timeout.InfiniteTimeSpan;
        using var ask = new HttpRequestMessage(HttpMethod.Post, "/portal/codes");
        ask.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage link = (await browser.SendAsync(ask)).EnsureSuccessStatusCode();
        string code = JsonNode.Parse(await link.Content.ReadAsStringAsync())!["url"]!.ToString().Split("code=")[1];
        using var sign = new HttpRequestMessage(HttpMethod.Post, "/portal/signin")
        {
            Content = new FormUrlEncodedContent([new("code", code)]),
        };
        sign.Headers.Add("Origin", access.Endpoint);
        using HttpResponseMessage signed = await browser.SendAsync(sign);
        browser.DefaultRequestHeaders.Add("Cookie", signed.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        return browser;
    }

    private static async Task PageAsync(HttpClient browser, string what, string path, int times)
    {
        var took = new List<double>();
        long bytes = 0;
        // As many go before, so that no compiler is measured.
        for (int i = -times; i < times; i++)
        {
            long began = Stopwatch.GetTimestamp();
            byte[] page = await browser.GetByteArrayAsync(path);
            if (i >= 0)
                took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            bytes = page.Length;
        }
        took.Sort();
        Say($"{what}: p50 {took[took.Count / 2]:N0} ms, most {took[^1]:N0} ms, {bytes / 1000.0:N0} kB");
    }

    /// <summary>All have the page of a circuit open; it changes some times, and everybody is told each time.</summary>
    private static async Task WatchAsync(HttpClient browser, BenchClient client, BenchServer server, int viewers)
    {
        using var ending = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        string page = await browser.GetStringAsync($"/portal/r{client.IdOf(1)}", ending.Token);
        string position = page.Split("data-position=\"")[1].Split('"')[0];
        string events = $"/portal/events?after={Uri.EscapeDataString(position)}&watch={Uri.EscapeDataString(client.IdOf(1))}";
        int here = 0;
        int told = 0;
        Task[] all =
        [
            .. Enumerable
                .Range(0, viewers)
                .Select(async _ =>
                {
                    using HttpResponseMessage stream = await browser.GetAsync(
                        events,
                        HttpCompletionOption.ResponseHeadersRead,
                        ending.Token
                    );
                    using var lines = new StreamReader(await stream.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(ending.Token));
                    Interlocked.Increment(ref here);
                    for (int seen = 0; seen < Changes; )
                        if (
                            (
                                (await lines.ReadLineAsync(ending.Token)) ?? throw new InvalidOperationException("A stream ended.")
                            ).StartsWith("data: ", StringComparison.Ordinal)
                        )
                        {
                            seen++;
                            Interlocked.Increment(ref told);
                        }
                }),
        ];
        await UntilAsync(() => Volatile.Read(ref here) == viewers, all, ending.Token);
        TimeSpan before = server.ProcessorTime;
        long began = Stopwatch.GetTimestamp();
        var slowest = TimeSpan.Zero;
        for (int change = 1; change <= Changes; change++)
        {
            long changed = Stopwatch.GetTimestamp();
            await client.TagAsync(1, change.ToString(CultureInfo.InvariantCulture));
            await UntilAsync(() => Volatile.Read(ref told) >= change * viewers, all, ending.Token);
            TimeSpan took = Stopwatch.GetElapsedTime(changed);
            slowest = took > slowest ? took : slowest;
            await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, ending.Token);
        }
        await Task.WhenAll(all);
        TimeSpan span = Stopwatch.GetElapsedTime(began);
        TimeSpan used = server.ProcessorTime - before;
        Say(
            $"{viewers:N0} viewers, {Changes} changes told to each: {used.TotalSeconds:N2} s of processor time in {span.TotalSeconds:N1} s ({used / span * 100:N1} % of one core), the last was told after {slowest.TotalMilliseconds:N0} ms at the most; {server.MemoryMegabytes:N0} MB"
        );
    }

    /// <exception cref="Exception">What one of the viewers ended with.</exception>
    private static async Task UntilAsync(Func<bool> isSo, Task[] viewers, CancellationToken cancellation)
    {
        while (!isSo())
        {
            if (viewers.FirstOrDefault(v => v.IsFaulted) is { } failed)
                await failed;
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancellation);
        }
    }
}
