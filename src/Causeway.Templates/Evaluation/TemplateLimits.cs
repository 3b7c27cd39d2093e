namespace Causeway.Templates.Evaluation;

/// <summary>How much a template may hold (ARM documentation, "Template limits").</summary>
public static class TemplateLimits
{
    public const int Parameters = 256;
    public const int Variables = 512;
    public const int Outputs = 64;

    /// <summary>Resources, copies counted.</summary>
    public const int Resources = 800;

    /// <summary>Turns of a loop.</summary>
    public const int Copies = 800;

    /// <summary>The request that carries it.</summary>
    public const int Bytes = 4 * 1024 * 1024;
}
