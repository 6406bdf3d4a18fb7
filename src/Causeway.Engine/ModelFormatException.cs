namespace Causeway.Engine;

/// <summary>
/// A model's file that cannot be used: damaged, cut, hostile, or of a kind this engine does not run. The message says which file, what is wrong
/// with it and, where there is one, the way out; it is made for the person who named the file.
/// </summary>
public sealed class ModelFormatException : Exception
{
    public ModelFormatException(string message)
        : base(message)
    {
    }

    public ModelFormatException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
