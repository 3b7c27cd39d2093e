using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Causeway.Client;
using Causeway.Testing;

namespace Causeway.Api.Tests.Serve;

/// <summary>SIGTERM under load: every request that the server took is answered, and what was answered is there after the next start.</summary>
public sealed partial class StopTests
{
    private const int Clients = 64;
    private const int Rounds = 5;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>
    /// A connection that is refused was never taken. One that was made, and then ends without an answer, is a cut, which a client may not repeat blindly.
    /// </summary>
    [Theory]
    [InlineData("1.1", true)]
    [InlineData("1.1", false)]
    [InlineData("2.0", true)]
    public async Task Terminate_under_load_cuts_no_connection_and_loses_no_answer(string version, bool keepAlive)
    {
        await using Serving serving = await Serving.StartAsync();
        await serving.GroupAsync(Stop);
        var answered = new List<string>();
        var cuts = new List<string>();
        int number = 0;
        for (int round = 0; round < Rounds; round++)
        {
            int before = answered.Count;
            string token = await TokenAsync(serving);
            Task[] load = [.. Enumerable.Range(0, Clients).Select(_ => Task.Run(() => LoadAsync(token)))];
            await Eventually.Get(
                () =>
                {
                    lock (answered)
                        lock (cuts)
                            return (Answers: answered.Count - before, Refused: string.Join("\n", cuts.Distinct()));
                },
                seen => seen.Answers >= 100 || seen.Refused.Length > 0,
                "100 answers",
                TimeSpan.FromMinutes(3)
            );
            Assert.Equal(0, await serving.Process.StopAsync());
            await Task.WhenAll(load);
            await serving.Process.StartAsync();
        }
        TestContext.Current.SendDiagnosticMessage($"{answered.Count} answered, {cuts.Count} cut in {Rounds} stops");
        Assert.True(cuts.Count == 0, $"{cuts.Count} of {answered.Count}: {string.Join("\n", cuts.Distinct())}");
        HashSet<string> there = [];
        await foreach (
            System.Text.Json.Nodes.JsonNode node in serving.Customer.ListAsync(
                $"{serving.Group}/providers/Microsoft.Network/virtualNetworks",
                ArmClient.NetworkVersion,
                Stop
            )
        )
            there.Add(node["name"]!.ToString());
        Assert.Superset(answered.ToHashSet(), there);

        async Task LoadAsync(string token)
        {
            using HttpClient http = NewClient();
            while (true)
            {
                string name = $"n{Interlocked.Increment(ref number)}";
                using var request = new HttpRequestMessage(
                    HttpMethod.Put,
                    $"{serving.Group}/providers/Microsoft.Network/virtualNetworks/{name}?api-version={ArmClient.NetworkVersion}"
                )
                {
                    Content = new StringContent(
                        """{"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]}}}""",
                        Encoding.UTF8,
                        "application/json"
                    ),
                    Version = Version.Parse(version),
                    VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                };
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                request.Headers.ConnectionClose = !keepAlive;
                try
                {
                    using HttpResponseMessage answer = await http.SendAsync(request, Stop);
                    string text = await answer.Content.ReadAsStringAsync(Stop);
                    if (answer.IsSuccessStatusCode)
                        lock (answered)
                            answered.Add(name);
                    else
                        lock (cuts)
                            cuts.Add($"{(int)answer.StatusCode} {Ids().Replace(text, "")}");
                }
                catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError)
                {
                    return; // refused: the server takes no more
                }
                catch (Exception e) when (e is HttpRequestException or IOException)
                {
                    lock (cuts)
                        cuts.Add(
                            $"{e.GetType().Name} {(e as HttpRequestException)?.HttpRequestError} {e.Message} <- {e.InnerException?.Message}"
                        );
                    return;
                }
            }
        }

        HttpClient NewClient()
        {
            HttpClient http = ArmClient.NewHttpClient(serving.Access);
            http.Timeout = TimeSpan.FromSeconds(60);
            return http;
        }
    }

    private static async Task<string> TokenAsync(Serving serving)
    {
        serving.Connect();
        AccessFile access = serving.Access;
        using var form = new FormUrlEncodedContent([
            new("grant_type", "client_credentials"),
            new("client_id", access.Principals["customer"].ClientId),
            new("client_secret", access.Principals["customer"].ClientSecret),
            new("scope", $"{access.Endpoint}/.default"),
        ]);
        using HttpResponseMessage answer = await serving.Http.PostAsync($"{access.ActiveDirectory}/oauth2/token", form, Stop);
        string text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.IsSuccessStatusCode, text);
        return System.Text.Json.Nodes.JsonNode.Parse(text)!["access_token"]!.ToString();
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f-]{27}")]
    private static partial Regex Ids();
}
