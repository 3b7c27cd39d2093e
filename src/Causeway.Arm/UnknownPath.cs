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
        if (segments.Length > providers + 2 && !IsType(types, ns, segments, providers + 2))
            return ArmErrors.InvalidResourceType(ns, apiVersion);
        string[] methods = [.. host.Paths.MethodsOf(request.Path)];
        if (methods.Length == 0)
            return ArmErrors.InvalidResourceType(ns, apiVersion);
        http.Response.Headers.Allow = string.Join(", ", methods);
        return ArmErrors.MethodNotAllowed(request.Method, path);
    }

    /// <summary>Whether the segments name a type, whose children stand behind the parents' names; what is no child may be an action.</summary>
    private static bool IsType(ArmTypes types, string ns, string[] segments, int first)
    {
        string type = $"{ns}/{segments[first]}";
        if (types.Find(type) is null)
            return false;
        // A name follows each type: after another segment and a name of its own there should be a child.
        for (int i = first + 2; i + 1 < segments.Length; i += 2)
            if (types.Find(type = $"{type}/{segments[i]}") is null)
                return false;
        return true;
    }
}
