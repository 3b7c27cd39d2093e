using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Causeway.Client;

namespace Causeway.Bench;

/// <summary>
/// <c>bench api</c>: durable circuit creations per second, latency of reads at two sizes, memory and start-up of a server in a process of its own, beside what
/// the same disk can commit at all. Clients run in this process on the same machine and share its cores with the server.
/// </summary>
public sealed class ApiBench
{
    private const string Version = ArmClient.NetworkVersion;
    private static readonly int[] Concurrency = [1, 8, 64];
    private readonly string _folder;
    private readonly int _circuits;
    private readonly string? _database;
    private int _created;

    private ApiBench(string folder, int circuits, string? database) => (_folder, _circuits, _database) = (folder, circuits, database);

    /// <param name="args"><c>--circuits N</c> (100000), <c>--folder DIR</c> on the disk to measure, <c>--database CONNECTION</c> for PostgreSQL.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        string parent = Arguments.Value(args, "--folder") ?? Directory.GetCurrentDirectory();
        string folder = Path.Combine(parent, $"bench-api-{Environment.ProcessId}");
        Scratch.Folder(folder);
        try
        {
            int circuits = int.Parse(Arguments.Value(args, "--circuits") ?? "100000", CultureInfo.InvariantCulture);
            await new ApiBench(folder, circuits, Arguments.Value(args, "--database")).RunAsync();
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private async Task RunAsync()
    {
        CommitRate disk = await CommitProbe.MeasureAsync(_folder, TimeSpan.FromSeconds(2));
        Say(
            $"disk: {disk.FlushesPerSecond:N0} flushes/s, {disk.TransactionsPerSecond:N0} single-row SQLite transactions/s, {disk.GroupedPerSecond:N0} rows/s from {CommitProbe.Committers} committers sharing flushes"
        );
        await using (BenchServer server = await BenchServer.StartAsync(_folder, _database))
        {
            Say($"empty: ready in {server.StartUp.TotalMilliseconds:N0} ms, {server.MemoryMegabytes:N0} MB");
            using var client = new BenchClient(server.Access);
            await client.PutGroupAsync();
            await FillAsync(client, 500, 1);
            await FillAsync(client, 1000, 8);
            await ReadAsync(client, server);
            foreach (int clients in Concurrency)
                await RateAsync(client, clients, TimeSpan.FromSeconds(5));
            await FillAsync(client, _circuits, 64);
            await ReadAsync(client, server);
        }
        await using BenchServer again = await BenchServer.StartAsync(_folder, _database);
        Say($"{_created:N0} circuits: ready again in {again.StartUp.TotalMilliseconds:N0} ms, {again.MemoryMegabytes:N0} MB");
    }

    /// <summary>Creations per second, each answered only when durable.</summary>
    private async Task RateAsync(BenchClient client, int clients, TimeSpan span)
    {
        int before = _created;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(
            Enumerable
                .Range(0, clients)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        while (watch.Elapsed < span)
                            await client.CreateAsync(Interlocked.Increment(ref _created));
                    })
                )
        );
        Say($"create, {clients, 2} clients: {(_created - before) / watch.Elapsed.TotalSeconds:N0} durable circuits/s");
    }

    private async Task FillAsync(BenchClient client, int upTo, int clients) =>
        await Task.WhenAll(
            Enumerable
                .Range(0, clients)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        int next;
                        while ((next = Interlocked.Increment(ref _created)) <= upTo)
                            await client.CreateAsync(next);
                        Interlocked.Decrement(ref _created);
                    })
                )
        );

    private async Task ReadAsync(BenchClient client, BenchServer server)
    {
        var random = new Random(1);
        double[] get = await TimesAsync(3000, () => client.GetAsync(random.Next(1, _created + 1)));
        double[] list = await TimesAsync(300, client.ListPageAsync);
        double[] usage = await TimesAsync(100, client.UsagePageAsync);
        Say(
            $"{_created:N0} circuits: GET p50 {At(get, 0.50):N2} ms, p99 {At(get, 0.99):N2} ms; list of 100 p50 {At(list, 0.50):N2} ms, p99 {At(list, 0.99):N2} ms; usage page of 100 p50 {At(usage, 0.50):N2} ms, p99 {At(usage, 0.99):N2} ms; {server.MemoryMegabytes:N0} MB"
        );
    }

    /// <summary>Times in milliseconds, sorted. Twice as many requests go before, so that no compiler is measured.</summary>
    private static async Task<double[]> TimesAsync(int count, Func<Task> act)
    {
        for (int i = 0; i < count * 2; i++)
            await act();
        double[] times = new double[count];
        for (int i = 0; i < count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await act();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        Array.Sort(times);
        return times;
    }

    private static double At(double[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];

    /// <summary>A server in a process of its own.</summary>
    private sealed class BenchServer : IAsyncDisposable
    {
        private readonly Process _process;

        private BenchServer(Process process, AccessFile access, TimeSpan startUp) =>
            (_process, Access, StartUp) = (process, access, startUp);

        public AccessFile Access { get; }

        /// <summary>From the start of the process to its line <c>ready</c>.</summary>
        public TimeSpan StartUp { get; }

        /// <summary>Resident set size.</summary>
        public double MemoryMegabytes
        {
            get
            {
                _process.Refresh();
                return _process.WorkingSet64 / 1e6;
            }
        }

        public static async Task<BenchServer> StartAsync(string folder, string? database)
        {
            List<string> arguments =
            [
                "serve",
                "--data",
                folder,
                "--listen",
                "127.0.0.1:0",
                "--bgp-port",
                "17999",
                "--throttle-enabled",
                "false",
                "--circuits-per-subscription",
                "0",
                "--circuits-per-region",
                "0",
            ];
            if (database is not null)
                arguments.AddRange(["--database", database]);
            var watch = Stopwatch.StartNew();
            Process process = Scratch.Start(new ProcessStartInfo(Product.Executable, arguments) { RedirectStandardOutput = true });
            while (await process.StandardOutput.ReadLineAsync() is { } line)
                if (line.StartsWith("ready ", StringComparison.Ordinal))
                    return new BenchServer(process, AccessFile.Load(Path.Combine(folder, "access.json")), watch.Elapsed);
            throw new InvalidOperationException("The server ended before it was ready.");
        }

        public async ValueTask DisposeAsync()
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
    }

    /// <summary>Sends prepared requests and checks nothing but the status, to leave the cores to the server.</summary>
    private sealed class BenchClient : IDisposable
    {
        private readonly HttpClient _http;
        private readonly TokenSource _tokens;
        private readonly string _group;
        private readonly string _usage;
        private static readonly byte[] Circuit = Encoding.UTF8.GetBytes(
            """{"location":"westeurope","sku":{"name":"Standard_MeteredData","tier":"Standard","family":"MeteredData"},"properties":{"serviceProviderProperties":{"serviceProviderName":"Equinix","peeringLocation":"Amsterdam","bandwidthInMbps":200}}}"""
        );

        public BenchClient(AccessFile access)
        {
            _http = ArmClient.NewHttpClient(access);
            _tokens = new TokenSource(_http, access, access.Principals["customer"], TimeProvider.System);
            _group = $"/subscriptions/{access.Subscriptions["customer"]}/resourceGroups/bench";
            _usage = $"/subscriptions/{access.Subscriptions["customer"]}/providers/Causeway.Billing/usageRecords";
        }

        public Task PutGroupAsync() =>
            SendAsync(HttpMethod.Put, $"{_group}?api-version={ArmClient.ResourcesVersion}", """{"location":"westeurope"}"""u8.ToArray());

        public Task CreateAsync(int number) => SendAsync(HttpMethod.Put, PathOf(number), Circuit);

        public Task GetAsync(int number) => SendAsync(HttpMethod.Get, PathOf(number), null);

        public Task ListPageAsync() =>
            SendAsync(HttpMethod.Get, $"{_group}/providers/Microsoft.Network/expressRouteCircuits?api-version={Version}&$top=100", null);

        public Task UsagePageAsync() => SendAsync(HttpMethod.Get, $"{_usage}?api-version=2026-11-01&$top=100", null);

        private string PathOf(int number) =>
            $"{_group}/providers/Microsoft.Network/expressRouteCircuits/bench-{number}?api-version={Version}";

        private async Task SendAsync(HttpMethod method, string path, byte[]? body)
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Authorization = await _tokens.HeaderAsync(CancellationToken.None);
            if (body is not null)
                request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using HttpResponseMessage response = await _http.SendAsync(request);
            if (!response.IsSuccessStatusCode)
                throw new InvalidOperationException($"{method} {path}: {await response.Content.ReadAsStringAsync()}");
        }

        public void Dispose()
        {
            _tokens.Dispose();
            _http.Dispose();
        }
    }
}
