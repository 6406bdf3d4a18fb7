using System.Text;
using Causeway.Spec.Diagnostics;

namespace Causeway.Spec;

/// <summary>
/// A spec on disk. What keeps it from being read is a diagnostic like any other, so that every verb reports it the same way.
/// </summary>
public static class SpecFile
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads at most the size a spec may have, however large the file is or becomes meanwhile.</summary>
    /// <param name="path">As the user gave it; diagnostics repeat it.</param>
    /// <inheritdoc cref="SpecCompiler.Compile" path="/param[@name='environment']"/>
    public static CompileOutcome Compile(string path, Func<string, string?> environment, CompileOptions? options = null)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (ReadBounded(file) is not { } content) return Refused(path, DiagnosticRule.TooLarge, "the spec is larger than 1 MiB");
            return SpecCompiler.Compile(path, StrictUtf8.GetString(content), environment, (options ?? CompileOptions.Default) with { Files = name => ReadBeside(path, name) });
        }
        catch (DecoderFallbackException)
        {
            return Refused(path, DiagnosticRule.InvalidText, "the file is not UTF-8");
        }
        catch (Exception broken) when (broken is FileNotFoundException or DirectoryNotFoundException)
        {
            return Refused(path, DiagnosticRule.Unreadable, "there is no such file");
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return Refused(path, DiagnosticRule.Unreadable, "the file cannot be read");
        }
    }

    private static byte[]? ReadBeside(string spec, string name)
    {
        try
        {
            using var file = new FileStream(Path.Combine(Path.GetDirectoryName(spec) ?? "", name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return ReadBounded(file);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static byte[]? ReadBounded(FileStream file)
    {
        var buffer = new byte[SpecCompiler.MaxBytes + 1];
        var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return length > SpecCompiler.MaxBytes ? null : buffer[..length];
    }

    private static CompileOutcome Refused(string path, DiagnosticRule rule, string message)
    {
        var bag = new DiagnosticBag(path);
        bag.Add(rule, default, message);
        return new CompileOutcome(null, bag.InFileOrder());
    }
}
