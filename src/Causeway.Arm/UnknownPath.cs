using Microsoft.AspNetCore.Http;

namespace Causeway.Arm;

/// <summary>What is wrong with a path that no endpoint has.</summary>
internal static class UnknownPath
{
    public static ArmResult Explain(HttpRequest request, ArmTypes types)
    {
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
        bool known = false;
        for (int i = providers + 2; i < segments.Length; i += 2)
        {
            type = type.Length == 0 ? segments[i] : $"{type}/{segments[i]}";
            known = types.Find($"{ns}/{type}") is not null;
            if (!known)
                break;
        }
        return known ? ArmErrors.MethodNotAllowed(request.Method, path) : ArmErrors.InvalidResourceType(ns, apiVersion);
    }
}
