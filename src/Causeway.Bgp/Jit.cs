using System.Runtime.CompilerServices;

namespace Causeway.Bgp;

/// <summary>
/// How the methods that every route passes through are compiled: fully, on their first call. The tiered compiler would run them unoptimised until a pause
/// of 100 ms in which nothing new is compiled, and by then a full table of a million routes is half in.
/// </summary>
internal static class Jit
{
    public const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;
}
