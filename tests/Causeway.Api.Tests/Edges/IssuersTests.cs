using System.Net.Http.Headers;
using Causeway.Api.Tests.Identity;
using Causeway.Identity;
using Causeway.Identity.Roles;
using Causeway.Server.Configuration;
using Causeway.Testing;

namespace Causeway.Api.Tests.Edges;

/// <summary>A server that trusts two issuers of somebody else's, and a third that is told to be known by <c>oid</c>.</summary>
public sealed class TwoIssuersApi : SqliteApi
{
    public FakeIssuer A { get; } = new();
    public FakeIssuer B { get; } = new();
    public FakeIssuer ByOid { get; } = new();
    public FakeIssuer Liar { get; } = new() { CallsItself = "https://else.example" };
    public FakeIssuer Encrypting { get; } = new() { KeyMembers = ""","use":"enc" """ };
    public FakeIssuer OtherAlgorithm { get; } = new() { KeyMembers = ""","alg":"PS256" """ };
    public FakeIssuer Signing { get; } = new() { KeyMembers = ""","key_ops":["sign"]""" };
    public FakeIssuer Slow { get; } = new();

    protected override ServerSettings Configure(ServerSettings settings) =>
        settings with
        {
            OidcIssuers =
            [
                .. new[] { A, B, Liar, Encrypting, OtherAlgorithm, Signing, Slow }.Select(i => new OidcIssuerOptions(
                    i.Address,
                    FakeIssuer.Audience
                )),
                new OidcIssuerOptions(ByOid.Address, FakeIssuer.Audience, "oid"),
            ],
        };

    public HttpClient ClientOf(string token)
    {
        HttpClient client = NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }
}

/// <summary>Who somebody is, and whose keys say so.</summary>
public sealed class IssuersTests(TwoIssuersApi api) : IClassFixture<TwoIssuersApi>
{
    private const string Subscriptions = "/subscriptions?api-version=2019-11-01";
    private string Scope => $"/subscriptions/{api.CustomerSubscription}";

    private async Task<int> ReadsAsync(string token)
    {
        using HttpClient client = api.ClientOf(token);
        return (await client.Get($"{Scope}/resourcegroups?api-version=2021-04-01")).Code;
    }

    private Task<Answer> AssignAsync(string principalId) =>
        api.Operator.Put(
            $"{Scope}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01",
            $$$"""{"properties":{"roleDefinitionId":"/x/{{{BuiltInRoles.Reader.Id}}}","principalId":"{{{principalId}}}"}}"""
        );

    [Fact]
    public async Task A_principal_is_the_pair_of_issuer_and_subject()
    {
        (await AssignAsync($"{api.A.Address}#anna")).Is(201);
        Assert.Equal(200, await ReadsAsync(api.A.Token("anna")));
        Assert.Equal(403, await ReadsAsync(api.B.Token("anna")));
        Assert.Equal(403, await ReadsAsync(api.B.Token("bert", oid: "anna")));
        Assert.Equal(403, await ReadsAsync(api.A.Token("Anna")));
        Assert.Equal(403, await ReadsAsync(api.A.Token("bert", oid: "anna")));
        Assert.Equal(403, await ReadsAsync(api.ByOid.Token("anna", oid: "bert")));
    }

    /// <summary>The object id that a refusal names is the one to give a role to; whose it is, nobody else's token can say.</summary>
    [Fact]
    public async Task The_object_id_of_a_refusal_can_be_given_a_role()
    {
        using HttpClient carl = api.ClientOf(api.B.Token("carl"));
        string refused = (await carl.Get($"{Scope}/resourcegroups?api-version=2021-04-01")).Is(403).Message;
        string id = refused.Split("object id '")[1].Split('\'')[0];
        Assert.True(Guid.TryParse(id, out _), refused);
        (await AssignAsync(id)).Is(201);
        Assert.Equal(200, await ReadsAsync(api.B.Token("carl")));
        Assert.Equal(403, await ReadsAsync(api.A.Token("carl")));
        Assert.Equal(403, await ReadsAsync(api.A.Token(id)));
        Assert.Equal(403, await ReadsAsync(api.A.Token("x", oid: id)));
    }

    [Fact]
    public async Task A_bare_subject_of_several_issuers_is_nobody_in_particular() =>
        (await AssignAsync("anna")).Is(400, "InvalidPrincipalId");

    [Fact]
    public async Task The_oid_counts_where_it_is_configured()
    {
        (await AssignAsync($"{api.ByOid.Address}#dora")).Is(201);
        Assert.Equal(200, await ReadsAsync(api.ByOid.Token("anybody", oid: "dora")));
        Assert.Equal(403, await ReadsAsync(api.ByOid.Token("dora", oid: "anybody")));
        Assert.Equal(401, await ReadsAsync(api.ByOid.Token("dora")));
    }

    [Fact]
    public async Task An_issuer_that_calls_itself_otherwise_or_keys_for_other_uses_are_not_believed()
    {
        foreach (FakeIssuer issuer in (FakeIssuer[])[api.Liar, api.Encrypting, api.OtherAlgorithm, api.Signing])
            Assert.Equal(401, await ReadsAsync(issuer.Token("anna")));
        Assert.Equal(403, await ReadsAsync(api.A.Token("nobody")));
    }

    [Theory]
    [InlineData("an\u001b[2Jna")]
    [InlineData("an\u202ena")]
    [InlineData("")]
    public async Task A_subject_that_would_not_show_as_it_is_is_none(string subject) =>
        Assert.Equal(401, await ReadsAsync(api.A.Token(subject)));

    /// <summary>Requests that hang up do not make the question begin again; whoever stays gets the answer of the one that was asked.</summary>
    [Fact]
    public async Task Requests_that_hang_up_do_not_make_the_server_ask_again()
    {
        var gate = new TaskCompletionSource();
        api.Slow.Answers = gate.Task;
        for (int i = 0; i < 40; i++)
        {
            using HttpClient client = api.ClientOf(api.Slow.Token($"s{i}"));
            using var hangUp = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync(Subscriptions, hangUp.Token));
        }
        using HttpClient stays = api.ClientOf(api.Slow.Token("stays"));
        Task<Answer> answer = stays.Get(Subscriptions);
        gate.SetResult();
        Assert.Equal(200, (await answer).Code);
        Assert.InRange(api.Slow.Asked, 1, 2);
    }
}
