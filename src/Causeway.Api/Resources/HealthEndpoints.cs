using Causeway.Arm;
using Causeway.Workflows.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Api.Resources;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: its store answers too.</summary>
public static class HealthEndpoints
{
    private const string Why = "health: asked by supervisors that have no identity";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public static void Map(IEndpointRouteBuilder routes, IStore store, TimeProvider clock)
    {
        routes.MapOpen("GET", "/healthz", Why, http => http.Response.WriteAsync("ok\n"));
        routes.MapOpen("GET", "/readyz", Why, http => ReadyAsync(http, store, clock));
    }

    private static async Task ReadyAsync(HttpContext http, IStore store, TimeProvider clock)
    {
        using var patience = new CancellationTokenSource(s_patience, clock);
        string answer = "ready\n";
        try
        {
            await store.GetSettingAsync("readyz", patience.Token);
        }
#pragma warning disable CA1031 // Whatever is wrong with the store is the answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            answer = $"the store does not answer: {e.Message}\n";
        }
        await http.Response.WriteAsync(answer, http.RequestAborted);
    }
}
