using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Testing;
using Npgsql;

namespace Causeway.Api.Tests.Serve;

/// <summary>What clients are told while the store cannot write, and which store a server says it has.</summary>
public sealed class StoreTroubleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-store-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task On_a_full_disk_writers_get_503_and_the_reason_reads_go_on_and_with_room_so_do_writers()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Mounting a small disk needs root.");
        string disk = Directory.CreateDirectory(Path.Combine(_folder, "disk")).FullName;
        Run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk);
        try
        {
            await using var serving = new Serving(new ServerProcess(Serving.Arguments(), Path.Combine(disk, "data")));
            await serving.Process.StartAsync();
            serving.Connect();
            await serving.GroupAsync(Stop);
            string ballast = Path.Combine(disk, "ballast");
            Fill(ballast);
            await RefusedAsync(serving, "StoreFull");
            File.Delete(ballast);
            await ServedAsync(serving);
        }
        finally
        {
            Run("umount", "-l", disk);
        }
    }

    [Fact]
    public async Task While_PostgreSQL_is_read_only_writers_get_503_and_the_reason_and_reads_go_on()
    {
        await using var server = new PostgresServer();
        string database = await server.NewDatabaseAsync();
        string name = new NpgsqlConnectionStringBuilder(database).Database!;
        await using Serving serving = await Serving.StartAsync("--database", database);
        await serving.GroupAsync(Stop);
        await server.SqlAsync($"ALTER DATABASE {name} SET default_transaction_read_only = on");
        await server.SqlAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        await RefusedAsync(serving, "StoreReadOnly");
        await server.SqlAsync($"ALTER DATABASE {name} RESET default_transaction_read_only");
        await ServedAsync(serving);
    }

    /// <summary>Writes until one is refused, and looks at how.</summary>
    private static async Task RefusedAsync(Serving serving, string code)
    {
        (HttpStatusCode status, string text, RetryConditionHeaderValue? retry) = await Eventually.Get(
            () => PutAsync(serving),
            answer =>
                answer.Status is not (HttpStatusCode.Created or HttpStatusCode.OK) && answer.Text.Contains(code, StringComparison.Ordinal),
            $"a write is refused with {code}",
            TimeSpan.FromSeconds(60)
        );
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.NotNull(retry?.Delta);
        JsonNode error = JsonNode.Parse(text)!["error"]!;
        Assert.Equal(("ServiceUnavailable", code), (error["code"]!.ToString(), error["details"]![0]!["code"]!.ToString()));
        Assert.DoesNotContain(serving.Process.Data, text, StringComparison.Ordinal);
        for (int i = 0; i < 10; i++) // never anything else
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await PutAsync(serving)).Status);
            Assert.NotNull(await serving.Customer.FindAsync(serving.Group, ArmClient.ResourcesVersion, Stop));
        }
    }

    private static Task<(HttpStatusCode Status, string Text, RetryConditionHeaderValue?)> ServedAsync(Serving serving) =>
        Eventually.Get(
            () => PutAsync(serving),
            answer => answer.Status is HttpStatusCode.Created or HttpStatusCode.OK,
            "writers are served again"
        );

    private static int s_next;

    private static async Task<(HttpStatusCode Status, string Text, RetryConditionHeaderValue? Retry)> PutAsync(Serving serving)
    {
        string path =
            $"{serving.Group}/providers/Microsoft.Network/virtualNetworks/n{Interlocked.Increment(ref s_next)}?api-version={ArmClient.NetworkVersion}";
        var body = new JsonObject
        {
            ["location"] = "westeurope",
            ["tags"] = new JsonObject { ["filler"] = new string('x', 250) },
            ["properties"] = new JsonObject { ["addressSpace"] = new JsonObject { ["addressPrefixes"] = new JsonArray("10.0.0.0/16") } },
        };
        using var request = new HttpRequestMessage(HttpMethod.Put, path)
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(serving));
        using HttpResponseMessage answer = await serving.Http.SendAsync(request, Stop);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Stop), answer.Headers.RetryAfter);
    }

    private static readonly Dictionary<string, string> s_tokens = [];

    private static async Task<string> TokenAsync(Serving serving)
    {
        AccessFile access = serving.Access;
        if (s_tokens.TryGetValue(access.TenantId, out string? known))
            return known;
        PrincipalSecret customer = access.Principals["customer"];
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = customer.ClientId,
                ["client_secret"] = customer.ClientSecret,
                ["scope"] = $"{access.Endpoint}//.default",
            }
        );
        using HttpResponseMessage answer = await serving.Http.PostAsync("/adfs/oauth2/token", form, Stop);
        return s_tokens[access.TenantId] = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Stop))!["access_token"]!.ToString();
    }

    [Theory]
    [InlineData("Hots=db;Password=s3cret")]
    [InlineData("mysql://u:s3cret@db/d")]
    [InlineData("postgresql://u:s3cret@db:99999/d")]
    public async Task A_connection_string_that_is_not_understood_is_refused_without_being_shown_and_makes_no_file(string text)
    {
        string data = Path.Combine(_folder, "data");
        string file = Path.Combine(_folder, "database");
        await File.WriteAllTextAsync(file, text + "\n", Stop);
        foreach (
            string[] arguments in (string[][])
                [
                    ["--database", text],
                    ["--database-file", file],
                ]
        )
        {
            using Process process = Process.Start(
                new ProcessStartInfo(ServerProcess.FindExecutable(), ["serve", "--data", data, "--listen", "127.0.0.1:0", .. arguments])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    WorkingDirectory = _folder,
                }
            )!;
            Task<string> error = process.StandardError.ReadToEndAsync(Stop);
            string output = await process.StandardOutput.ReadToEndAsync(Stop);
            await process.WaitForExitAsync(Stop);
            Assert.Equal(2, process.ExitCode);
            Assert.Contains("cannot be understood", await error, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", await error + output, StringComparison.Ordinal);
        }
        Assert.Equal([file], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task A_start_says_which_store_and_which_topology_without_credentials_and_takes_the_address_from_a_file()
    {
        await using var server = new PostgresServer();
        var there = new NpgsqlConnectionStringBuilder(await server.NewDatabaseAsync());
        string file = Path.Combine(_folder, "database");
        await File.WriteAllTextAsync(file, $"postgresql://{there.Username}:s3cret@127.0.0.1:{there.Port}/{there.Database}\n", Stop);
        await using Serving serving = await Serving.StartAsync("--database-file", file);
        Assert.Matches($"(?m)^store PostgreSQL [0-9.]+.*, database {there.Database} on 127.0.0.1:{there.Port}$", serving.Process.Output);
        Assert.Matches(
            "(?m)^topology revision 1, from the built-in topology: [0-9]+ locations, [0-9]+ router pairs, [0-9]+ providers$",
            serving.Process.Output
        );
        Assert.DoesNotContain("s3cret", serving.Process.Output, StringComparison.Ordinal);
    }

    private static void Fill(string path)
    {
        using var filler = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] block = new byte[64 * 1024];
        for (int size = block.Length; size > 0; size /= 4)
            try
            {
                while (true)
                    filler.Write(block, 0, size);
            }
            catch (IOException)
            {
                // Full for this size.
            }
    }

    private static void Run(string command, params string[] arguments)
    {
        using Process process = Process.Start(command, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
