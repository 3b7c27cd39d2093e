using Microsoft.AspNetCore.Http;

namespace Causeway.Arm;

/// <summary>What is wrong with a path that no endpoint has.</summary>
internal static class UnknownPath
{
    public static ArmResult Explain(HttpContext http, ArmHost host)
    {
        (HttpRequest request, ArmTypes types) = (http.Request, host.Types);
        string path = request.Path.Value ?? "/";
        string[] segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        int providers = Array.FindLastIndex(segments, s => s.Equals("providers", StringComparison.OrdinalIgnoreCase));
        if (providers < 0 || providers + 1 >= segments.Length)
            return ArmErrors.InvalidPath(path);
        if (types.Namespace(segments[providers + 1]) is not { } ns)
            return ArmErrors.InvalidResourceNamespace(segments[providers + 1]);
        string apiVersion = request.Query["api-version"].ToString();
        if (apiVersion.Length == 0)
            return ArmErrors.MissingApiVersion();
        // Types and names alternate; an action may follow.
        string type = "";
        ArmType? known = null;
        for (int i = providers + 2; i < segments.Length; i += 2)
        {
            type = type.Length == 0 ? segments[i] : $"{type}/{segments[i]}";
            known = types.Find($"{ns}/{type}");
            if (known is null)
                break;
        }
        if (known is null)
            return ArmErrors.InvalidResourceType(ns, apiVersion);
        bool named = (segments.Length - providers) % 2 == 0;
        http.Response.Headers.Allow = named ? string.Join(", ", host.MethodsOf(known)) : "GET";
        return ArmErrors.MethodNotAllowed(request.Method, path);
    }
}
