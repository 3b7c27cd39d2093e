using System.Text;
using Causeway.Api.Kit;
using Causeway.Arm;
using Causeway.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Causeway.Api.Resources;

/// <summary>
/// <c>/healthz</c>: the process answers. <c>/readyz</c>: every loop that it needs does its work; else 503, and which does not, since when, and what it
/// last said. Open to everybody, so it names no host, file or user.
/// </summary>
public sealed class HealthEndpoints(Supervisor supervisor, IHostApplicationLifetime lifetime) : IEndpoints
{
    private const string Why = "health: asked by supervisors that have no identity";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapOpen("GET", "/healthz", Why, http => http.Response.WriteAsync("ok\n"));
        routes.MapOpen("GET", "/readyz", Why, http => ReadyAsync(http, supervisor, lifetime));
    }

    private static Task ReadyAsync(HttpContext http, Supervisor supervisor, IHostApplicationLifetime lifetime)
    {
        string answer = lifetime.ApplicationStopping.IsCancellationRequested
            ? "not ready\nstopping, as was asked for\n"
            : Answer([.. supervisor.Status.Where(l => l.IsNeeded && !l.IsWell)]);
        if (answer != Ready)
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return http.Response.WriteAsync(answer, http.RequestAborted);
    }

    private const string Ready = "ready\n";

    private static string Answer(IReadOnlyList<LoopStatus> unwell)
    {
        if (unwell.Count == 0)
            return Ready;
        var text = new StringBuilder("not ready\n");
        foreach (LoopStatus loop in unwell)
        {
            text.Append($"{loop.Name}: {loop.State.ToString().ToLowerInvariant()} since {loop.Since:yyyy-MM-ddTHH:mm:ssZ}");
            if (loop.State == LoopState.Hung)
                text.Append(": a turn does not come to its end");
            else if (loop.LastProblem is { } problem)
                text.Append($" ({loop.Failures} in a row): {problem.InPublic}");
            text.Append(loop.Says is { } says ? $"; before that it said: {says}\n" : "\n");
        }
        return text.ToString();
    }
}
