using System.Text;
using System.Text.Json.Nodes;
using Causeway.Arm;
using Causeway.Primitives;
using Causeway.Samples;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Api.Tests.Arm;

/// <summary>
/// What one request asks of another resource without HTTP (<see cref="ArmHost.AskAsync"/>) takes the same road as over HTTP, and ends in the same answer.
/// </summary>
public sealed class InnerCallTests(EveryFeature api) : IClassFixture<EveryFeature>
{
    private const string V = "2024-01-01";
    private const string Address = "Microsoft.Network/publicIPAddresses";

    private Principal Customer => PrincipalOf("customer");

    private Principal PrincipalOf(string name) =>
        new(api.Server.Installation.Principals[name].ObjectId, api.Server.Installation.Principals[name].ClientId, "");

    /// <summary>Asks, and says the answer as HTTP would: status, and the body or the code.</summary>
    private async Task<(int Status, string Body)> AskAsync(
        string method,
        string id,
        string? body = null,
        string version = V,
        Principal? by = null,
        Preconditions? preconditions = null,
        bool isPermitted = false
    )
    {
        ArmHost host = api.Server.Services.GetRequiredService<ArmHost>();
        var call = new InnerCall(method, ResourceId.Parse(id), version, by ?? Customer, api.Server.Endpoint, CancellationToken.None)
        {
            Body = body is null ? default : Encoding.UTF8.GetBytes(body),
            Preconditions = preconditions ?? Preconditions.None,
            IsPermitted = isPermitted,
        };
        return await host.AskAsync(call) switch
        {
            ArmResult.Ok ok => (200, Text(ok.Body)),
            ArmResult.Created created => (201, Text(created.Body)),
            ArmResult.Accepted => (202, ""),
            ArmResult.Empty => (200, ""),
            ArmResult.NoContent => (204, ""),
            ArmResult.Refused no => (
                no.Status
                    ?? no.Refusal.Kind switch
                    {
                        RefusalKind.Invalid => 400,
                        RefusalKind.Forbidden => 403,
                        RefusalKind.NotFound => 404,
                        RefusalKind.Conflict => 409,
                        RefusalKind.PreconditionFailed => 412,
                        _ => 500,
                    },
                no.Refusal.Code
            ),
            var other => throw new InvalidOperationException($"{other}"),
        };
    }

    private static string Text(ArmBody body)
    {
        using var stream = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(stream))
            body.WriteTo(json);
        return Same(Encoding.UTF8.GetString(stream.ToArray()));
    }

    /// <summary>Escaped alike.</summary>
    private static string Same(string json) => JsonNode.Parse(json)!.ToJsonString();

    private static string Said(Answer answer) => answer.Code < 300 ? answer.Text : answer.Error;

    [Fact]
    public async Task A_resource_lives_without_HTTP_as_over_it()
    {
        Stage stage = await Stage.OpenAsync(api);
        SamplePut put = (await SampleBook.Of(Address).PutAsync(stage))!;
        Assert.Equal((404, "ResourceNotFound"), await AskAsync("GET", put.Path));
        Assert.Equal((204, ""), await AskAsync("DELETE", put.Path));
        (int made, string begun) = await AskAsync("PUT", put.Path, put.Body);
        string shown = Same((await api.Customer.Get(put.Url)).Text);
        // A PUT of this provider answers as one that has just begun.
        Assert.Equal((201, shown.Replace("\"Succeeded\"", "\"Updating\"", StringComparison.Ordinal)), (made, begun));
        Assert.Equal((200, shown), await AskAsync("GET", put.Path));
        Assert.Equal((200, begun), await AskAsync("PUT", put.Path, put.Body));
        (int tagged, string after) = await AskAsync("PATCH", put.Path, """{"tags":{"x":"y"}}""");
        Assert.Equal((200, "y"), (tagged, JsonNode.Parse(after)!["tags"]!["x"]!.GetValue<string>()));
        Assert.Equal((202, ""), await AskAsync("DELETE", put.Path));
        (await api.Customer.Get(put.Url)).Is(404);
    }

    [Fact]
    public async Task What_HTTP_refuses_is_refused_in_the_same_words()
    {
        Stage stage = await Stage.OpenAsync(api);
        SamplePut put = (await SampleBook.Of(Address).PutAsync(stage))!;
        await stage.SendAsync(put.By, put.Url, put.Body);
        string absent = put.Path.Replace(stage.Group, $"{stage.Subscription}/resourceGroups/absent", StringComparison.Ordinal);
        string named = put.Path.Replace("/sample", "/-x", StringComparison.Ordinal);
        string stranger = put.Path.Replace(api.CustomerSubscription, Guid.NewGuid().ToString(), StringComparison.Ordinal);
        (string Method, string Path, string? Body, string Version)[] asked =
        [
            ("PUT", put.Path, put.Body, "1999-01-01"),
            ("PUT", put.Path, put.Body, ""),
            ("PUT", put.Path, "{", V),
            ("PUT", put.Path, """{"location":7}""", V),
            ("PUT", put.Path, put.Body.Replace("westeurope", "northeurope", StringComparison.Ordinal), V),
            ("PUT", absent, put.Body, V),
            ("DELETE", absent, null, V),
            ("GET", absent, null, V),
            ("PUT", named, put.Body, V),
            ("GET", stranger, null, V),
            ("POST", put.Path, "{}", V),
        ];
        foreach ((string method, string path, string? body, string version) in asked)
        {
            Answer over = await api.Customer.Call(
                new HttpMethod(method),
                version.Length == 0 ? path : $"{path}?api-version={version}",
                body
            );
            Assert.True(over.Code >= 400, $"{method} {path} {body}: {over.Code}");
            Assert.Equal((over.Code, Said(over)), await AskAsync(method, path, body, version));
        }
    }

    [Fact]
    public async Task Nobody_does_so_what_he_may_not_unless_it_was_judged_before()
    {
        Stage stage = await Stage.OpenAsync(api);
        SamplePut put = (await SampleBook.Of(Address).PutAsync(stage))!;
        Principal other = PrincipalOf("otherCustomer");
        Assert.Equal((403, "AuthorizationFailed"), await AskAsync("PUT", put.Path, put.Body, by: other));
        Assert.Equal((403, "AuthorizationFailed"), await AskAsync("GET", put.Path, by: other));
        (await api.Customer.Get(put.Url)).Is(404);
        Assert.Equal(201, (await AskAsync("PUT", put.Path, put.Body, by: other, isPermitted: true)).Status);
    }

    [Fact]
    public async Task What_was_read_can_be_asked_to_be_unchanged()
    {
        Stage stage = await Stage.OpenAsync(api);
        SamplePut put = (await SampleBook.Of(Address).PutAsync(stage))!;
        Answer made = await stage.SendAsync(put.By, put.Url, put.Body);
        Guid etag = Guid.Parse(made.Body!["etag"]!.GetValue<string>()[3..^1]);
        Assert.Equal(
            (412, "PreconditionFailed"),
            await AskAsync("PUT", put.Path, put.Changed, preconditions: Preconditions.Unchanged(Guid.NewGuid()))
        );
        Assert.Equal(200, (await AskAsync("PUT", put.Path, put.Changed, preconditions: Preconditions.Unchanged(etag))).Status);
        Assert.Equal((412, "PreconditionFailed"), await AskAsync("PUT", put.Path, put.Body, preconditions: Preconditions.Unchanged(etag)));
    }

    [Fact]
    public async Task A_type_that_is_not_there_is_no_resource_of_anybody()
    {
        Stage stage = await Stage.OpenAsync(api);
        Assert.Equal((404, "InvalidResourceType"), await AskAsync("GET", stage.InGroup("Microsoft.Network/teapots")));
    }
}
