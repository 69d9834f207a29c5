package com.example.layermint_example // Keep the package that `flutter create` chose.

import com.pspdfkit.instant.client.InstantClient
import io.flutter.embedding.android.FlutterAppCompatActivity
import io.flutter.embedding.engine.FlutterEngine
import io.flutter.plugin.common.MethodChannel
import kotlin.concurrent.thread

class MainActivity : FlutterAppCompatActivity() {
    override fun configureFlutterEngine(flutterEngine: FlutterEngine) {
        super.configureFlutterEngine(flutterEngine)
        MethodChannel(flutterEngine.dartExecutor.binaryMessenger, "layermint/local_documents")
            .setMethodCallHandler { call, result ->
                val serverUrl = call.argument<String>("serverUrl")
                if (call.method == "removeAll" && serverUrl != null) {
                    removeAll(serverUrl, result)
                } else {
                    result.notImplemented()
                }
            }
    }

    /** Removes files, so it must not block the main thread. */
    private fun removeAll(serverUrl: String, result: MethodChannel.Result) {
        thread {
            val removal = runCatching { InstantClient.create(applicationContext, serverUrl).removeLocalStorage() }
            runOnUiThread {
                val error = removal.exceptionOrNull()
                if (error == null) {
                    result.success(null)
                } else {
                    result.error("remove-failed", error.message, null)
                }
            }
        }
    }
}
