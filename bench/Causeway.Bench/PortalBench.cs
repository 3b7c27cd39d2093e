using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Causeway.Client;

namespace Causeway.Bench;

/// <summary>
/// <c>bench portal</c>: how long pages take with many circuits, what a browser makes of them (<see cref="PortalBenchBrowser"/>), and what viewers cost who have a page
/// open while something changes on it. The viewers are played in this process, on the same machine, each over a connection of its own; the processor time is the
/// server's alone.
/// </summary>
public static class PortalBench
{
    private const int Changes = 4;

    /// <param name="args"><c>--circuits N</c> (10000), <c>--viewers N</c> (1000), <c>--folder DIR</c> to keep the server's data in.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        int circuits = Arguments.Number(args, "--circuits", 10_000);
        int viewers = Arguments.Number(args, "--viewers", 1000);
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
            await PortalBenchBrowser.RunAsync(
                server.Access.Endpoint,
                browser.DefaultRequestHeaders.GetValues("Cookie").Single(),
                $"/portal/r{client.IdOf(1)}",
                circuits
            );
            await WatchAsync(browser, client, server, viewers, renews: false);
            await WatchAsync(browser, client, server, viewers, renews: true);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

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
    /// <param name="renews">Whether each then fetches what changed, as the page's script does.</param>
    private static async Task WatchAsync(HttpClient browser, BenchClient client, BenchServer server, int viewers, bool renews)
    {
        using var ending = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        string path = $"/portal/r{client.IdOf(1)}";
        string page = await browser.GetStringAsync(path, ending.Token);
        string position = page.Split("data-position=\"")[1].Split('"')[0];
        string events = $"/portal/events?after={Uri.EscapeDataString(position)}&watch={Uri.EscapeDataString(client.IdOf(1))}";
        string? parts = renews ? $"{path}?{string.Join('&', WatchedOf(page).Select(f => $"fragment={f}"))}" : null;
        int here = 0;
        int done = 0;
        HttpClient[] browsers =
        [
            .. Enumerable
                .Range(0, viewers)
                .Select(_ =>
                {
                    HttpClient own = ArmClient.NewHttpClient(server.Access);
                    own.DefaultRequestVersion = HttpVersion.Version20;
                    own.Timeout = Timeout.InfiniteTimeSpan;
                    own.DefaultRequestHeaders.Add("Cookie", browser.DefaultRequestHeaders.GetValues("Cookie"));
                    return own;
                }),
        ];
        using var handshakes = new SemaphoreSlim(16);
        try
        {
            Task[] all = [.. browsers.Select(ViewAsync)];
            await UntilAsync(() => Volatile.Read(ref here) == viewers, all, ending.Token);
            TimeSpan before = server.ProcessorTime;
            long began = Stopwatch.GetTimestamp();
            var slowest = TimeSpan.Zero;
            for (int change = 1; change <= Changes; change++)
            {
                long changed = Stopwatch.GetTimestamp();
                await client.TagAsync(1, $"{renews} {change}");
                await UntilAsync(() => Volatile.Read(ref done) >= change * viewers, all, ending.Token);
                TimeSpan took = Stopwatch.GetElapsedTime(changed);
                slowest = took > slowest ? took : slowest;
                await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, ending.Token);
            }
            await Task.WhenAll(all);
            TimeSpan span = Stopwatch.GetElapsedTime(began);
            TimeSpan used = server.ProcessorTime - before;
            Say(
                $"{viewers:N0} viewers, {Changes} changes told to each{(renews ? " and fetched by each" : "")}: {used.TotalSeconds:N2} s of processor time in {span.TotalSeconds:N1} s ({used / span * 100:N1} % of one core), the last had it after {slowest.TotalMilliseconds:N0} ms at the most; {server.MemoryMegabytes:N0} MB"
            );
        }
        finally
        {
            foreach (HttpClient own in browsers)
                own.Dispose();
        }

        async Task ViewAsync(HttpClient own)
        {
            await handshakes.WaitAsync(ending.Token);
            HttpResponseMessage stream;
            try
            {
                stream = await own.GetAsync(events, HttpCompletionOption.ResponseHeadersRead, ending.Token);
            }
            finally
            {
                handshakes.Release();
            }
            using HttpResponseMessage open = stream.EnsureSuccessStatusCode();
            using var lines = new StreamReader(await open.Content.ReadAsStreamAsync(ending.Token));
            Interlocked.Increment(ref here);
            for (int seen = 0; seen < Changes; )
                if (
                    ((await lines.ReadLineAsync(ending.Token)) ?? throw new InvalidOperationException("A stream ended.")).StartsWith(
                        "data: ",
                        StringComparison.Ordinal
                    )
                )
                {
                    seen++;
                    if (parts is not null)
                        await own.GetByteArrayAsync(parts, ending.Token);
                    Interlocked.Increment(ref done);
                }
        }
    }

    /// <summary>The fragments of a page that are renewed when something changes.</summary>
    private static IEnumerable<string> WatchedOf(string page) =>
        page.Split("<section data-fragment=\"")
            .Skip(1)
            .Where(s => s.Split("data-watch=\"")[1].Split('"')[0].Length > 0)
            .Select(s => s.Split('"')[0]);

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
