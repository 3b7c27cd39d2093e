using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Testing;

namespace Causeway.Api.Tests.Serve;

/// <summary><c>causeway backup</c>, <c>verify</c> and <c>restore</c> as an operator runs them, beside a server under load.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-backup-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using Process process = Serving.Run(arguments);
        Task<string> error = process.StandardError.ReadToEndAsync(Stop);
        string output = await process.StandardOutput.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        return (process.ExitCode, output, await error);
    }

    [Theory]
    [InlineData("backup")]
    [InlineData("backup.tar")]
    public async Task What_was_acknowledged_before_a_backup_is_there_after_it_is_restored(string name)
    {
        string backup = Path.Combine(_folder, name);
        string restored = Path.Combine(_folder, "restored");
        var acknowledged = new ConcurrentQueue<string>();
        string[] before;
        JsonNode? circuit;
        await using (Serving serving = await Serving.StartAsync())
        {
            await serving.GroupAsync(Stop);
            string id = await serving.ProvisionedAsync("kept", Stop);
            circuit = await serving.Customer.FindAsync(id, ArmClient.NetworkVersion, Stop);
            using var end = new CancellationTokenSource();
            int next = 0;
            Task[] load =
            [
                .. Enumerable
                    .Range(0, 8)
                    .Select(_ =>
                        Task.Run(async () =>
                        {
                            while (!end.IsCancellationRequested)
                            {
                                string network =
                                    $"{serving.Group}/providers/Microsoft.Network/virtualNetworks/n{Interlocked.Increment(ref next)}";
                                await serving.Customer.PutAsync(network, ArmClient.NetworkVersion, Network(), wait: false, Stop);
                                acknowledged.Enqueue(network);
                            }
                        })
                    ),
            ];
            await Eventually.True(() => acknowledged.Count > 200, "200 networks");
            before = [.. acknowledged];
            (int code, string output, string error) = await RunAsync("backup", "--data", serving.Process.Data, "--to", backup);
            Assert.True(code == 0, error);
            Assert.StartsWith($"backed up {backup}: ", output, StringComparison.Ordinal);
            int meanwhile = acknowledged.Count - before.Length;
            await end.CancelAsync();
            await Task.WhenAll(load);
            TestContext.Current.TestOutputHelper!.WriteLine($"{before.Length} acknowledged before, {meanwhile} while it was made");
            Assert.True(meanwhile > 0, "the server stood still while it was backed up");

            Assert.Equal(2, (await RunAsync("backup", "--data", serving.Process.Data, "--to", backup)).Code); // exists
            Assert.Equal(2, (await RunAsync("restore", "--from", backup, "--data", serving.Process.Data)).Code); // not empty
        }
        Assert.Equal(0, (await RunAsync("verify", "--from", backup)).Code);
        (int restoring, string said, string why) = await RunAsync("restore", "--from", backup, "--data", restored);
        Assert.True(restoring == 0, why);
        Assert.Contains($"causeway serve --data {restored}", said, StringComparison.Ordinal);
        foreach (string file in Directory.GetFiles(restored))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        // The key, the certificates and the secrets are those of before: the same clients sign in.
        await using var again = new Serving(new ServerProcess(Serving.Arguments(), restored));
        await again.Process.StartAsync();
        again.Connect();
        foreach (string network in before)
            Assert.NotNull(await again.Customer.FindAsync(network, ArmClient.NetworkVersion, Stop));
        Assert.Equal(
            circuit!["properties"]!["serviceKey"]!.ToString(),
            (
                await again.Customer.FindAsync(
                    $"{again.Group}/providers/Microsoft.Network/expressRouteCircuits/kept",
                    ArmClient.NetworkVersion,
                    Stop
                )
            )!["properties"]!["serviceKey"]!.ToString()
        );
        Assert.DoesNotContain(Directory.GetFileSystemEntries(_folder), f => f.Contains("partial", StringComparison.Ordinal));
    }

    private static JsonObject Network() =>
        new()
        {
            ["location"] = "westeurope",
            ["properties"] = new JsonObject { ["addressSpace"] = new JsonObject { ["addressPrefixes"] = new JsonArray("10.0.0.0/16") } },
        };

    [Fact]
    public async Task What_is_not_whole_is_neither_whole_nor_restored()
    {
        string backup = Path.Combine(_folder, "b");
        string tar = Path.Combine(_folder, "b.tar");
        await using (Serving serving = await Serving.StartAsync())
        {
            await serving.GroupAsync(Stop);
            Assert.Equal(0, (await RunAsync("backup", "--data", serving.Process.Data, "--to", backup)).Code);
            Assert.Equal(0, (await RunAsync("backup", "--data", serving.Process.Data, "--to", tar)).Code);
        }
        byte[] whole = await File.ReadAllBytesAsync(tar, Stop);
        string[] files = [.. Directory.GetFiles(backup).Select(f => Path.GetFileName(f)!)];
        Assert.Superset(new HashSet<string> { "backup.json", "causeway.db", "key", "ca.pem", "access.json" }, files.ToHashSet());

        foreach (int length in (int[])[0, 100, 5_000, whole.Length / 2, whole.Length - 100_000])
            await RefusedAsync(tar, () => File.WriteAllBytes(tar, whole[..length]), () => File.WriteAllBytes(tar, whole));
        foreach (string file in files)
        {
            string path = Path.Combine(backup, file);
            byte[] content = await File.ReadAllBytesAsync(path, Stop);
            await RefusedAsync(backup, () => File.Delete(path), () => File.WriteAllBytes(path, content));
            await RefusedAsync(backup, () => File.WriteAllBytes(path, content[..^1]), () => File.WriteAllBytes(path, content));
            byte[] flipped = [.. content];
            flipped[content.Length / 2] ^= 1;
            if (file != "backup.json")
                await RefusedAsync(backup, () => File.WriteAllBytes(path, flipped), () => File.WriteAllBytes(path, content));
        }
        await RefusedAsync(Path.Combine(_folder, "nothing"), static () => { }, static () => { });
        Assert.Equal(0, (await RunAsync("verify", "--from", backup)).Code);

        async Task RefusedAsync(string from, Action spoil, Action mend)
        {
            spoil();
            string target = Path.Combine(_folder, "target");
            (int code, _, string error) = await RunAsync("verify", "--from", from);
            Assert.Equal(2, code);
            Assert.StartsWith("causeway: ", error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
            Assert.Equal(2, (await RunAsync("restore", "--from", from, "--data", target)).Code);
            Assert.False(
                Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any(),
                "a refused restore left something behind"
            );
            mend();
        }
    }

    [Fact]
    public async Task A_server_does_not_start_where_a_restore_was_cut_off_and_a_backup_of_PostgreSQL_points_to_its_tools()
    {
        string data = Path.Combine(_folder, "data");
        Directory.CreateDirectory(Path.Combine(data, ".restoring"));
        (int code, _, string error) = await RunAsync("serve", "--data", data, "--listen", "127.0.0.1:0");
        Assert.Equal(2, code);
        Assert.Contains("was not finished", error, StringComparison.Ordinal);

        (code, _, error) = await RunAsync("backup", "--database", "Host=db;Password=s3cret", "--to", Path.Combine(_folder, "x"));
        Assert.Equal(2, code);
        Assert.Contains("docs/how-to/backup.md", error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error, StringComparison.Ordinal);
    }
}
